"""`python -m ewarn`."""

import sys

if __name__ == "__main__":
    try:
        from ewarn.cli import main
    except KeyboardInterrupt:  # Ctrl-C before the command could say anything
        sys.exit(130)
    sys.exit(main())
