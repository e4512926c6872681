"""The command as a process: `python -m ewarn`, and the installed `ewarn`."""

from __future__ import annotations

from ewarn import interruption


def main() -> int:
    """Run the command; a signal at any moment from here on ends in one line and an exit code."""
    interruption.heed()
    try:
        from ewarn.cli import main as command

        return command()
    finally:
        interruption.over()


if __name__ == "__main__":
    raise SystemExit(main())
