"""One module for each command, found by looking: its name is the command."""
