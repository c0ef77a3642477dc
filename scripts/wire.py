"""
Generate the TypeScript types of what crosses the border, from the pydantic models that check it.

Each module named in WIRE becomes one file of frontend/packages/wire with all models the module defines.
`--check` changes nothing and fails when a file is not current.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "frontend/packages/wire"
NOTE = "// Made by scripts/wire.py from {module}; change it there, then run `make wire`.\n\n"
WIRE: dict[str, str] = {"document.ts": "operant.stage.document"}


def main() -> int:
    stale = {path: text for path, text in rendered().items() if not path.exists() or path.read_text() != text}
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run make wire")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


def rendered() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    return {FOLDER / file: typescript(importlib.import_module(name)) for file, name in WIRE.items()}


def typescript(module: ModuleType) -> str:
    """Return the types of all pydantic models that `module` itself defines."""
    models = [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, BaseModel) and value.__module__ == module.__name__
    ]
    _, schema = models_json_schema([(model, "serialization") for model in models])
    for definition in schema["$defs"].values():
        _complete(definition)
    schema["additionalProperties"] = False
    schema["type"] = "object"
    done = subprocess.run(
        ["node", str(ROOT / "scripts/wire.mjs")],
        input=json.dumps(schema),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode != 0:
        raise SystemExit(f"The types of {module.__name__} could not be made:\n{done.stderr}")
    return NOTE.format(module=module.__name__) + _without_root(done.stdout)


def _complete(definition: dict[str, Any]) -> None:
    fields = definition.get("properties", {})
    if fields:
        # What is sent holds every field, also one left at its default.
        definition["required"] = list(fields)
    for field in fields.values():
        # A title on a field would become a type of its own: `type Title = string`.
        field.pop("title", None)


def _without_root(text: str) -> str:
    text = re.sub(r"export interface Wire \{\s*\}\n+", "", text)
    # The compiler tells for every type where it found it; only our own docstrings are worth reading.
    text = re.sub(r"/\*\*\n \* This interface was referenced by `Wire`.*?\*/\n", "", text, flags=re.DOTALL)
    text = re.sub(r" \*\n \* This interface was referenced by `Wire`.*?\*/", " */", text, flags=re.DOTALL)
    return text.strip() + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
