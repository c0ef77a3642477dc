"""What an action changes is told: it is an entry of the audit log, or stands here with the reason why it is none."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from . import sources
from .test_writes import is_write

# Writes without an announcement, each with the reason.
UNTOLD = {
    "panel.accounts.ask_to_change": "an address that is not theirs yet: the change is told once both have confirmed it",
    "panel.accounts.attach": "says who came of a sign-up that is written down already; that they belong here is told there",
    "panel.accounts.ensure_person": "somebody without a password can do nothing; what they are made a member of is told there",
    "panel.accounts.forget": "upkeep: sign-ups that the operator wants to know no longer",
    "panel.accounts.forget_attempts": "upkeep: counters that ran out, and old refusals of nobody's account",
    "panel.accounts.begin": "an attempt that changed nothing yet: what becomes of it is told",
    "panel.accounts.cancel_change": "an address that never became theirs",
    "panel.accounts.forget_changes": "upkeep: changes of address that nobody confirmed in time",
    "panel.accounts.forget_sessions": "upkeep: sessions that ran out",
    "panel.accounts.judge": "a sign-up in a record of its own; whom it concerns is in no organization yet",
    "panel.accounts.refuse": "an attempt that changed nothing, in the sign-in log: anybody can make as many as they like",
    "panel.audit.advance_check": "how far a reading of the log is: a figure, replaced with the next",
    "panel.audit.begin_check": "reading the log changes nothing; who asks for it is told",
    "panel.audit.mark": "a checkpoint is itself evidence, signed and exported with the log",
    "panel.audit.record": "is what an announcement calls",
    "panel.audit.seal": "gives entries their places: an entry about that would need one, too",
    "panel.operating.go_on_with_update": "mails, each a row, of news that were told when they were begun",
    "panel.organizations.end_rights": "follows from the end of the thing, which is told",
    "panel.webhooks.begin": "takes what is to be sent: what becomes of it stands with the delivery",
    "panel.webhooks.forget_old": "upkeep: deliveries after 30 days, and what only they needed",
    "panel.webhooks.put_back": "gives back what was taken and not sent",
    "panel.notifications.archive": "what a person does in their own inbox is nobody else's business",
    "panel.notifications.forget_old": "upkeep: what has lain in inboxes for half a year",
    "panel.notifications.mark": "what a person does in their own inbox is nobody else's business",
    "panel.notifications.mark_all": "what a person does in their own inbox is nobody else's business",
    "panel.notifications.tell": "follows from a fact, which is told",
    "panel.notifications.write": "follows from a fact, which is told; the mail is a row of its own",
    "panel.webhooks.tell": "is what an announcement calls",
    "relay.ask": "who asks a screen for something tells so; a laggard that is asked to reload was nudged, which is told",
    "relay.begin": "follows from the pairing of a screen, which is told",
    "relay.end": "follows from the end of a screen, which is told",
    "relay.expect": "when a screen is looked at next: what is found then is told",
    "relay.expect_of": "when a screen is looked at next: what is found then is told",
    "relay.wake": "when a screen is looked at next: what is found then is told",
    "relay.wake_all": "follows from what was chosen, which is told",
    "relay.commands": "a sample: that a command was handed over",
    "relay.ended": "a sample: how a screen is connected",
    "relay.drop_screenshot": "follows from the end of a screen or its device, or from the picture that comes instead, all told",
    "relay.forget_screenshots": "upkeep: pictures that are older than a week",
    "relay.exchange": "the second half of pairing, which was told when a person did it",
    "relay.forget_filter": "what a member keeps for themselves is nobody else's business",
    "relay.keep_filter": "what a member keeps for themselves is nobody else's business",
    "relay.forget_old": "upkeep: devices whose code ran out and that belong to nobody",
    "relay.goes_on": "a sample: how a screen is connected",
    "relay.goodbye": "a sample; when the screen stays away, that is told",
    "relay.hold": "which version a screen is told to show: follows from a deployment, which is told",
    "relay.take_back": "which version a screen is told to show: follows from a rollback, which is told",
    "relay.forget_deployments": "upkeep: deployments that ended 90 days ago",
    "relay.let_go_void": "upkeep: what counts no more since a version was published, which is told",
    "relay.let_go": "that screens show what is published again: follows from a deployment, which is told",
    "relay.note_faults": "what a screen reports of a version; when its deployment halts for it, that is told",
    "relay.note_painted": "a sample: what screens have painted of a deployment",
    "relay.note_returns": "a sample: what screens show again after a deployment",
    "relay.hello": "a device that belongs to nobody yet",
    "relay.issue_ticket": "a screen's way into its own stream, for 30 seconds",
    "relay.news": "a sample: that commands were handed over",
    "relay.note_poll": "a sample: how a screen is connected",
    "relay.note_stream": "a sample: how a screen is connected",
    "relay.note_stream_end": "a sample: how a screen is connected",
    "relay.redeem_ticket": "a screen's way into its own stream, for 30 seconds",
    "relay.refresh": "a screen renews what it holds every few minutes; losing it is told",
    "stage.ask_for_test": "what the test finds is told",
    "stage.want": "how far widgets look back on an answer follows from their dashboard, whose publication is told",
    "stage.want_less": "how far widgets look back on an answer follows from their dashboard, whose publication is told",
    "stage.forget_past": "upkeep: figures that answers had more than a week ago, and some of the younger ones",
    "stage.finish_folding": "rows that programs send, many times an hour: a sample",
    "stage.give_back_extract": "a worker that stops leaves no trace: who takes it up next tells what became of it",
    "stage.give_back_reading": "a worker that stops leaves no trace: who takes it up next tells what became of it",
    "stage.forget_files": "files that nothing has any more: what let them go is told",
    "stage.hold_back": "what waits is told with what would break",
    "stage.forget_waiting": "what waited is overtaken by what was read after it, which is shown with its time",
    "stage.test_soon": "what the test finds is told",
    "stage.read_soon": "an upload or a pin is told, and what reading it finds, too",
    "stage.trim": "upkeep: more versions than are kept; the newer one was told",
    "stage.put_table": "follows from what was read, which is told",
    "stage.forget_results": "upkeep: answers that nobody watches",
    "stage.forget_readings": "upkeep: what alerts saw more than a month ago",
    "stage.forget_runs": "upkeep: the log of runs of more than two weeks ago",
    "stage.ask_now": "its run says in the log that a person asked",
    "stage.refresh_extract": "its run says in the log that a person or a program asked",
    "stage.note_editing": "a sample: that an editor is open somewhere",
    "stage.end_editing": "a sample: that an editor is open no longer",
    "stage.look": "a sample: that a dashboard is open somewhere",
    "stage.need": "what a saved draft names, which is told, or a picture that is here already",
    "stage.checked": "what is saved then is told",
    "stage.with_pictures": "what is saved then is told",
    "stage.keep": "what was saved, restored or read from a text is told there",
    "stage.keep_watching": "asks for data to be kept fresh while somebody looks",
    "stage.mark_results": "follows from an alert that was made, changed or judged, which is told",
    "stage.refuse_incomplete": "looks whether a version can be shown; the pictures that it names are not forgotten for it",
    "stage.note_progress": "how far a test is: a figure, replaced with the next",
    "stage.settle": "follows from a publication, which is told",
    "stage.watch": "asks for data to be kept fresh while somebody looks",
    "stage.watch_together": "asks for data to be kept fresh while somebody looks",
    "stage.ask_held_again": "follows from another budget, which is told",
    "stage.ask_again": "follows from a source that was read, which is told",
    "stage.star": "what a member keeps at hand is nobody else's business",
    "stage.unstar": "what a member keeps at hand is nobody else's business",
    "stage.replace_draft": "what was restored or read from a text is told there",
    "stage.remember_uses": "follows from a draft that was saved, which is told",
    "stage.remember_saved": "which saved queries a draft uses: follows from what was told of the draft",
}


ROOMS = sorted({
    sources.room_of(sources.short(path)) for path in sources.python() if "actions" in {*path.parts, path.stem}
})  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_what_an_action_changes_is_told(room):
    silent = [f"{room}.{name}" for name in public(room) if reaches(room, name, "writes") and not reaches(room, name, "announces")]
    assert [name for name in silent if name not in UNTOLD] == [], "announce an event, or say in UNTOLD why there is none"


def test_every_reason_still_has_its_action():
    silent = {
        f"{room}.{name}" for room in ROOMS for name in public(room)
        if reaches(room, name, "writes") and not reaches(room, name, "announces")
    }  # fmt: skip
    assert set(UNTOLD) - silent == set()


def test_the_rule_sees_a_write_without_an_announcement():
    tree = ast.parse(
        "def loud(row):\n    row.save()\n    _tell()\ndef _tell():\n    announce(Fact())\n"
        "def silent(row):\n    _write(row)\ndef _write(row):\n    row.delete()\ndef read():\n    return Row.objects.get()\n"
    )
    found = {node.name: marks(node) for node in tree.body}
    reached = {name: (follows(found, name, "writes"), follows(found, name, "announces")) for name in ("loud", "silent", "read")}
    assert reached == {"loud": (True, True), "silent": (True, False), "read": (False, False)}


def files(room: str) -> Iterator[Path]:
    folder = sources.OPERANT / room.replace(".", "/")
    yield from (path for path in (folder / "actions.py", *sorted((folder / "actions").glob("*.py"))) if path.exists())


@cache
def functions(room: str) -> dict[str, dict]:
    """Return what each function of a room's actions does itself, by name: names are told once in a room."""
    found: dict[str, dict] = {}
    for path in files(room):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                mine = marks(node)
                before = found.get(node.name, {"writes": False, "announces": False, "calls": set()})
                found[node.name] = {
                    "writes": before["writes"] or mine["writes"], "announces": before["announces"] or mine["announces"],
                    "calls": before["calls"] | mine["calls"],
                }  # fmt: skip
    return found


def public(room: str) -> list[str]:
    return sorted(name for name in functions(room) if not name.startswith("_"))


def reaches(room: str, name: str, what: str) -> bool:
    return follows(functions(room), name, what)


def follows(found: dict[str, dict], name: str, what: str, seen: frozenset[str] = frozenset()) -> bool:
    """Return whether a function does something, or calls one that does."""
    if name not in found or name in seen:
        return False
    mine = found[name]
    return mine[what] or any(follows(found, each, what, seen | {name}) for each in mine["calls"])


def marks(function: ast.AST) -> dict:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    named = {node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "") for node in calls}
    return {
        "writes": any(isinstance(node.func, ast.Attribute) and is_write(node) for node in calls),
        "announces": "announce" in named, "calls": named,
    }  # fmt: skip
