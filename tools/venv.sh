#!/bin/sh
# usage: venv.sh FOLDER LOCK SOURCES: a virtual environment with exactly the packages of LOCK, and this project, editable;
# and those of SOURCES, which a C compiler builds here, or goes on without them.
# Does nothing when FOLDER is up to date. PYTHON=... chooses the interpreter.
set -eu
folder=$1 lock=$2 sources=$3

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
        # A name may be there without a Python behind it, so it has to run.
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say 'ewarn needs Python 3.11 or newer, and none was found.'
    say 'Looked for: '"${PYTHON:+$PYTHON, }"'python3.13, python3.12, python3.11, python3, python on PATH.'
    say 'Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python ...'
    exit 2
}

python=$(find_python)
stamp="$folder/.made-from"
made_from=$("$python" -c '
import hashlib, pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))
print(sys.version, pathlib.Path.cwd())
print(*(hashlib.sha256(pathlib.Path(lock).read_bytes()).hexdigest() for lock in sys.argv[1:3]), *sys.argv[3:])
print(project["build-system"], project["project"])
' "$lock" "$sources" "$(command -v cc || command -v gcc || command -v clang || echo no compiler)")

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$made_from" ] && "$folder/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    say "$("$python" --version) is here, but without the venv module, so no environment can be made."
    say 'Debian, Ubuntu: apt install python3-venv. Or name another Python: make PYTHON=/path/to/python ...'
    exit 2
fi

say "Making $folder with $("$python" --version) from $lock (once) ..."
rm -rf "$folder"
"$python" -m venv "$folder"
# No compiler is needed or used here: every package of this lock has a wheel.
if ! "$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --require-hashes --only-binary :all: -r "$lock" >&2; then
    say ''
    say "The packages of $lock could not be installed (pip says why above)."
    say 'This needs the network once. Without it, collect the wheels on another machine'
    say "    pip download --require-hashes --only-binary :all: -r $lock -d wheels"
    say 'and run here: PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels make ...'
    exit 2
fi
"$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --no-deps --no-index --no-build-isolation --editable . >&2
if ! "$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --require-hashes --no-deps --no-build-isolation --use-pep517 -r "$sources" >"$folder/sources.log" 2>&1; then
    say "Going on without durable-rules: it is built from source, and that failed (no C compiler? $folder/sources.log)."
    say 'Composites are joined by the plain fix-point instead; the answer is the same.'
fi
printf '%s\n' "$made_from" >"$stamp"
