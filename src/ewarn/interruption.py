"""Ctrl-C, and the signals that end a process: whenever one comes, one line, no half-written file, and an exit code.

The command's own module though it stands outside `ewarn.cli`: it is there before anything else is imported. A signal
ends the process where it is instead of raising, for an exception may come out in an import, in a thread's lock or in
the interpreter's own end, where nobody can catch it.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_ENDING = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]

drafts: set[str] = set()
"""Files that are being written and are not yet in their place."""
words = "interrupted"
"""What is said, in the user's language once that is known."""
wiping = ""
"""What wipes away a bar that may be on the terminal."""


def heed() -> None:
    """End cleanly from now on. Signals that the caller of the process has switched off stay so, as under `nohup`."""
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def over() -> None:
    """The work is done and its exit code stands: what comes while the interpreter shuts down changes nothing."""
    for number in _ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_IGN)


def _end(number: int, _: FrameType | None) -> None:
    over()
    for draft in list(drafts):
        with suppress(OSError):  # not there yet, in its place already, or still open (on Windows)
            os.unlink(draft)
    with suppress(OSError, LookupError):  # nobody listens any more
        os.write(2, f"{wiping}\n{words}\n".encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))
    os._exit(128 + number)
