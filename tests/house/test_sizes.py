"""Files and functions that a reader takes in at once. Exceptions are few, dated, and stand in pyproject.toml."""

import ast
import json
import subprocess

from . import sources

MOST_LINES, MOST_IN_A_FUNCTION = 500, 60
CODE = (".py", ".ts", ".svelte", ".css", ".html", ".mjs")


def test_no_file_is_long():
    excused = sources.excused("long")
    lengths = {sources.short(path): path.read_text(encoding="utf-8").count("\n") for path in sources.files(*CODE)}
    assert {path: count for path, count in lengths.items() if count > MOST_LINES and path not in excused} == {}


def test_no_python_function_is_long():
    excused = sources.excused("long")
    found = {}
    texts = {path: path.read_text(encoding="utf-8") for path in sources.files(".py")}
    for path, text in texts.items():
        if text.count("\n") < MOST_IN_A_FUNCTION:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name, length = f"{sources.short(path)}:{node.name}", node.end_lineno - node.lineno + 1
                if length > MOST_IN_A_FUNCTION and name not in excused:
                    found[name] = length
    assert found == {}


def test_no_typescript_function_is_long():
    excused = sources.excused("long")
    paths = [sources.short(path) for path in sources.files(".ts", ".svelte") if ".test." not in path.name]
    done = subprocess.run(
        ["node", "scripts/sizes.mjs", *paths], cwd=sources.ROOT, capture_output=True, text=True, check=True
    )
    lengths = json.loads(done.stdout)
    assert lengths, "no function was found: scripts/sizes.mjs does not read these files any more"
    found = {name: length for name, length in lengths.items() if length > MOST_IN_A_FUNCTION and name not in excused}
    assert found == {}


def test_every_exception_is_still_needed():
    paths = {sources.short(path) for path in sources.files(*CODE)}
    assert {what for what in sources.excused("long") if what.split(":")[0] not in paths} == set()
