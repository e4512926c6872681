"""Where the shipped rule packs and the demo's data are: in the installed package, or at the top of a checkout.

The wheel holds a copy of `rules/` as `ewarn/packs` and of the demo's example as `ewarn/demo`; in a checkout the
originals are used, so that an edit shows at once.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def packs() -> Path:
    """The folder of the shipped packs, one `NAME.yaml` each."""
    return _shipped("packs", _CHECKOUT / "rules")


def demo() -> Path:
    """The drop that `ewarn demo` runs: a folder with `drop.yaml`."""
    return _shipped("demo", _CHECKOUT / "examples" / "us_employment")


def _shipped(name: str, original: Path) -> Path:
    packed = _PACKAGE / name
    return packed if packed.is_dir() else original
