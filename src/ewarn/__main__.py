"""`python -m ewarn`."""

if __name__ == "__main__":
    try:
        from ewarn.cli import main
    except KeyboardInterrupt:  # Ctrl-C before the command could say anything
        raise SystemExit(130) from None
    raise SystemExit(main())
