"""
The `operant` program: its commands, the PostgreSQL supervisor, the doctor.

A command is a module of `operant.cli.commands` with its name: a docstring whose first line is its help,
`arguments(parser)` and `run(options)`. Exit codes: 0 held, 1 did not hold, 2 bad input. A command that fails
says one sentence; OPERANT_DEBUG=1 shows the traceback as well.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from itertools import takewhile
from types import ModuleType

from operant import __version__
from operant.platform import trail


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if words is None else words
    options = _parser(words).parse_args(words)
    try:
        with trail.begin(command=_named(words)):
            return options.run(options) or 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from operant.cli import saying, sentences

        if os.environ.get("OPERANT_DEBUG") in ("1", "true"):
            raise
        print(saying.plain(f"operant: {sentences.of(error)}"), file=sys.stderr)
        return sentences.exit_code(error)


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operant", description="Run and look after an Operant installation.")
    parser.add_argument("--version", action="version", version=f"operant {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    names = [found.name for found in pkgutil.iter_modules([os.path.join(os.path.dirname(__file__), "commands")])]
    # Only what was asked for is imported; help and typing errors look at all of them.
    for name in words[:1] if words and words[0] in names else names:
        _add(commands, name, importlib.import_module(f"operant.cli.commands.{name}"))
    return parser


def _named(words: list[str]) -> str:
    """Return the command as the audit log names it: without what was given to it."""
    verbs = list(takewhile(lambda word: word.isalpha() and word.isascii(), words[:2]))
    return " ".join(["operant", *verbs])


def _add(commands, name: str, module: ModuleType) -> None:
    help_line = (module.__doc__ or "").strip().splitlines()[0]
    parser = commands.add_parser(name, help=help_line, description=module.__doc__)
    module.arguments(parser)
    parser.set_defaults(run=module.run)
