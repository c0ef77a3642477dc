"""The catalogue: every fact is declared once, in words that people and programs can rely on."""

import re

import pytest

from operant.panel.organizations import rules
from operant.platform.events import CATALOGUE, CONCERNED
from operant.platform.events.declaring import Mark, placeholders
from operant.platform.messaging import categories

from . import sources

EVENTS = sorted(
    (event for event in CATALOGUE.values() if event.__module__.startswith("operant.")), key=lambda event: event.NAME
)
# Parts of a field's name behind which a person usually stands.
PERSONAL = re.compile(r"(^|_)(email|mail|name|ip|address|phone|person|by)($|_)")
# Nouns whose `name` is the name of a thing.
THINGS = {
    "organization", "logo", "service_account", "alert", "dashboard", "dataset", "draft", "extract", "publication", "source",
    "screen", "share", "command", "token", "playlist", "schedule", "query", "site", "group"}  # fmt: skip
every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.NAME)


def test_there_are_events():
    assert len(EVENTS) > 5


@every_event
def test_a_name_is_room_noun_participle(event):
    room, noun, participle = event.NAME.split(".")
    assert room == sources.room_of(event.__module__).rpartition(".")[2]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", noun)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", participle)
    assert "events" in event.__module__.split(".")[-2:]


@every_event
def test_customers_can_read_what_it_means(event):
    assert event.__doc__
    assert event.__doc__.strip().endswith(".")
    assert event.TOLD.audit


@every_event
def test_sentences_and_topics_use_fields_that_exist(event):
    told = event.TOLD
    for template in (told.audit, *told.live):
        assert placeholders(template) <= set(event.model_fields)


@every_event
def test_whom_it_notifies_is_a_rule_or_who_it_concerns(event):
    assert event.TOLD.notify in {None, CONCERNED} or rules.named(event.TOLD.notify).role


@every_event
def test_what_notifies_names_a_category_of_notices(event):
    told = event.TOLD
    assert (told.notify is None) == (told.category is None)
    assert told.category is None or categories.named(told.category).use == categories.Use.NOTICE


@every_event
def test_no_topic_carries_personal_data(event):
    marked = {name for name, field in event.model_fields.items() if _marks(field)}
    assert [topic for topic in event.TOLD.live if placeholders(topic) & marked] == []


@every_event
def test_what_may_be_personal_is_marked(event):
    excused = sources.excused("personal")
    unmarked = [
        f"{event.NAME}.{name}"
        for name, field in event.model_fields.items()
        if _sounds_personal(event, name) and not _marks(field) and f"{event.NAME}.{name}" not in excused
    ]
    assert unmarked == [], "mark it Personal or Private, or say in pyproject.toml why it is neither"


def _sounds_personal(event, name: str) -> bool:
    if name == "name" or name.startswith("name_"):
        return event.NAME.split(".")[1] not in THINGS
    return bool(PERSONAL.search(name))


def _marks(field) -> list[Mark]:
    return [mark for mark in field.metadata if isinstance(mark, Mark)]
