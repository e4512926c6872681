# Every target makes what it needs: a Python 3.11+ with its venv module, and once the network, are all it asks for.
# A virtual environment is made again when its lock file, the project's metadata, the Python or the folder has changed.

.POSIX:
.SUFFIXES:
.PHONY: help demo test quick test-all lint bench docs lock clean venv venv-bench

PY = .venv/bin/python

help:
	@echo 'make demo      warnings from real data'
	@echo 'make test      lint, types and the quick tests (5 minutes at most)'
	@echo 'make test-all  the same and the slow groups (20 minutes at most)'
	@echo 'make lint      lint and types only'
	@echo 'make bench     speed against Polars and pandas'
	@echo 'make docs      the generated pages of docs/'
	@echo 'make lock      the lock files anew (needs uv)'
	@echo 'make clean     remove the environments and caches'

demo: venv
	@$(PY) -m ewarn demo

# Two cores: lint and types on one, the tests on the other.
test: venv
	@$(MAKE) -j2 lint quick

quick: venv
	$(PY) -m pytest -q --every-group

test-all: test
	$(PY) -m pytest -q --slow --every-group

lint: venv
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

bench: venv-bench
	@.venv-bench/bin/python benchmarks/run.py $(ARGS)

docs: venv
	$(PY) tools/docs.py
	$(PY) tools/picture.py
	$(PY) tools/chain.py

venv:
	@sh tools/venv.sh .venv requirements.lock requirements-rete.lock

venv-bench:
	@sh tools/venv.sh .venv-bench requirements-bench.lock requirements-rete.lock

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv: pip install uv' >&2; exit 2; }
	uv pip compile pyproject.toml --group dev -o requirements.lock $(LOCKING)
	uv pip compile pyproject.toml --group bench -o requirements-bench.lock --constraints requirements.lock $(LOCKING)
	uv pip compile --group rete -o requirements-rete.lock $(LOCKING)

LOCKING = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command 'make lock'

clean:
	rm -rf .venv .venv-bench build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
