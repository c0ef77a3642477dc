"""Actions write, queries read, doorsteps translate."""

import ast
from functools import cache
from pathlib import Path

from . import sources

# A queryset's or an instance's verbs. `update` counts with keywords only: a dict's takes another dict.
VERBS = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user",
    "asave", "acreate", "adelete", "aupdate", "moved", "set_password",
}  # fmt: skip
STATEMENTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE", "COPY", "ALTER", "CREATE", "DROP")
# Where a room writes: its actions, and the compare-and-set methods of its models.
WRITERS = {"actions", "models", "migrations"}


def test_rooms_write_in_actions_only():
    excused = sources.excused("writes")
    found = [each for path in rooms() for each in writes(path) if each.rpartition(" ")[0] not in excused]
    assert found == []


def test_the_rule_sees_a_write(tmp_path):
    (tmp_path / "views.py").write_text(
        "from operant.relay import actions\ndef view(request):\n"
        "    Screen.objects.create(name='x')\n    Screen.objects.filter(pk=1).update(name='y')\n"
        "    screen.save()\n    {}.update({'a': 1})\n    cursor.execute('  update screens set x = 1')\n"
        "    session.delete('key')\n    actions.create(name='z')\n"
    )
    lines = [each.rpartition(" ")[2] for each in writes(tmp_path / "views.py", place="views.py")]
    assert lines == ["3", "4", "5", "7"]


def rooms() -> list[Path]:
    return [path for path in sources.python() if not writer(path)]


def writer(path: Path) -> bool:
    inside = path.relative_to(sources.OPERANT).parts
    house = inside[0]
    if house in {"cli", "config"} or path.stem == "apps":
        return True
    # The ground floor has no actions: its modules are the verbs. Its doorsteps only translate, like all.
    if house == "platform":
        return "web" not in inside
    return bool(WRITERS & {part.removesuffix(".py") for part in inside})


def writes(path: Path, place: str | None = None) -> list[str]:
    """Return `path function line` of every write in a file."""
    name = place or sources.short(path)
    return [f"{name} {line}" for line in lines_that_write(path.read_text(encoding="utf-8"))]


@cache
def lines_that_write(text: str) -> list[int]:
    nodes = list(ast.walk(ast.parse(text)))
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    verbs = actions_of_rooms(nodes)
    return [
        node.lineno for node in calls
        if is_write(node) and not (isinstance(node.func.value, ast.Name) and node.func.value.id in verbs)
    ]  # fmt: skip


def actions_of_rooms(nodes: list[ast.AST]) -> set[str]:
    """Return the names under which a file knows actions: `actions.create(…)` is what it should say."""
    return {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "actions" or (node.module or "").split(".")[-1] == "actions"
    }


def is_write(node: ast.Call) -> bool:
    verb = node.func.attr
    if verb == "update":
        return bool(node.keywords) and not node.args
    if verb == "delete":
        return not node.args and not node.keywords
    if verb in {"execute", "executemany"} and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value).lstrip().upper().startswith(STATEMENTS)
    return verb in VERBS
