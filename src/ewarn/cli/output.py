"""Where the data goes: standard output, or a file that is replaced only once all of it is written."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ewarn import interruption
from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic, harmless
from ewarn.errors import OutputError

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

_NUMBERS = count(1)
"""Of the drafts: one process may write several targets in one folder."""


class Output:
    """A target that can be written, known before any work is done.

    With a path, a draft beside it takes the data and replaces it at the end of `writing`; a device or a named pipe
    is written directly. Raises OutputError; whatever goes wrong, what stood at the path is untouched.
    """

    def __init__(self, path: str | None, language: Language) -> None:
        self._shown = say("stdout", language) if path is None else f"`{path}`"
        self._language = language
        self._path = path
        self._target: Path | None = None
        self._draft: Path | None = None
        self._stream: TextIO | None = None

    def __enter__(self) -> Output:
        if self._path is not None:
            with _explained(self._shown, self._language, Path(self._path)):
                self._target = Path(os.path.realpath(self._path))  # a link stays a link
                self._open(self._target)
        return self

    def _open(self, target: Path) -> None:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if target.exists() and not target.is_file():
            self._stream = target.open("w", encoding="utf-8")
            return
        self._draft = target.with_name(f".ewarn-{os.getpid()}-{next(_NUMBERS)}.part")
        interruption.drafts.add(os.fspath(self._draft))
        self._stream = self._draft.open("x", encoding="utf-8")

    @contextmanager
    def writing(self) -> Iterator[TextIO]:
        """The stream to write to, once; at the end the data is in its place."""
        with _explained(self._shown, self._language, self._target):
            if self._stream is None:
                yield sys.stdout
                sys.stdout.flush()
                return
            yield self._stream
            self._stream.flush()
            if self._draft is not None and self._target is not None:
                os.fsync(self._stream.fileno())
                self._stream.close()
                if self._target.exists():
                    shutil.copymode(self._target, self._draft)
                os.replace(self._draft, self._target)

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
            if self._draft is not None:
                self._draft.unlink(missing_ok=True)
                interruption.drafts.discard(os.fspath(self._draft))


@contextmanager
def _explained(shown: str, language: Language, target: Path | None) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except ValueError as problem:
        if target is None or "\0" not in os.fspath(target):
            raise
        words = say("cannot_write", language, harmless(shown), say("nul_in_path", language))
        raise OutputError([Diagnostic("EW010", words)]) from problem
    except OSError as problem:
        if target is None and problem.errno == errno.EINVAL and sys.platform == "win32":
            raise BrokenPipeError from problem  # what Windows says of a closed pipe
        advice = None if target is None else say("untouched", language)
        reason = problem.strerror or str(problem)
        if isinstance(problem, IsADirectoryError):
            reason = say("is_folder", language)
        elif isinstance(problem, FileNotFoundError) and target is not None:
            reason = say("no_folder", language, f"`{Path(shown.strip('`')).parent}`")
        elif isinstance(problem, PermissionError) and sys.platform == "win32":
            advice = say("open_elsewhere", language)
        words = say("cannot_write", language, shown, reason)
        raise OutputError([Diagnostic("EW010", words, help=advice)]) from problem
