"""A case of tests/screens: read, run, compare, written anew."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

_SECTION = re.compile(r"^=== (.+)$", re.MULTILINE)


@dataclass
class Case:
    """One text file taken apart."""

    path: Path
    environment: dict[str, str]
    words: list[str]
    files: dict[str, str]
    stdout: str = ""
    stderr: str = ""
    code: int = 0
    command: str = field(default="", repr=False)

    @classmethod
    def read(cls, path: Path) -> Case:
        head, *sections = _SECTION.split(path.read_text(encoding="utf-8"))
        command = head.strip().removeprefix("$ ")
        words = shlex.split(command)
        environment = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        case = cls(path, environment, words, {}, command=command)
        for name, body in zip(sections[::2], sections[1::2], strict=True):
            body = body.removeprefix("\n")
            if name in ("stdout", "stderr"):
                setattr(case, name, body)
            elif name.startswith("exit "):
                case.code = int(name.split()[1])
            else:
                case.files[name] = body
        return case

    def write(self, stdout: str, stderr: str, code: int) -> None:
        """Make what was printed the expected screen."""
        parts = [f"$ {self.command}\n"]
        parts += [f"=== {name}\n{body}" for name, body in self.files.items()]
        parts += [f"=== {name}\n{body}" for name, body in (("stdout", stdout), ("stderr", stderr)) if body]
        parts += [f"=== exit {code}\n"] if code else []
        self.path.write_text("".join(parts), encoding="utf-8")
