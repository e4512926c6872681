"""One module for each output format, found by looking: its name is the word for `--format`.

A format module has `write(view, console)`, which writes to `console.file` or prints on `console`, and says with
`NEWLINE` which line ends it needs (`None`: the platform's own).
"""
