"""`python -m operant.cli.settings_reference` writes docs/reference/settings.md from the settings."""

from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from operant.config.env import SECRETS, Settings

FILE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"
HEAD = """# Settings

Generated from `operant.config.env` by `python -m operant.cli.settings_reference`; a test keeps it current.

Every setting is an environment variable, or a line of `operant.toml` in OPERANT_HOME (or of the file that
`OPERANT_CONFIG` names); the environment wins. Unknown names are refused. Settings marked *secret* can be
given as a file instead: `NAME_FILE=/run/secrets/name`.

| name | default | what it does |
| --- | --- | --- |
"""


def render() -> str:
    """Return the whole page."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    secret = " *secret*" if name in SECRETS else ""
    choices = [repr(choice).strip("'") for choice in get_args(field.annotation) if choice != ""]
    among = f" One of: {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    return f"| `{name}`{secret} | {_default(name, field)} | {field.description}{among} |\n"


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory:
        return "`.operant` in the current folder"
    return "" if field.default == "" else f"`{field.default}`"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
    print(f"{FILE} is written.")
