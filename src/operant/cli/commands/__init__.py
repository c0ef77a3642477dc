"""One module per command; `operant.cli` finds them by name."""
