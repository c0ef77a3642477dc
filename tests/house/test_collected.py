"""What is kept of people: nothing that is nobody's business, and network addresses in three named places."""

import re
from collections.abc import Iterable, Iterator

from django.db import connection
from django.forms import BaseForm
from pydantic import BaseModel

from operant.config import urls
from operant.platform.events import CATALOGUE

assert urls.urlpatterns, "every doorstep is loaded, with its forms and bodies"

# Characteristics that nobody may be judged by, as words of a name.
_PROTECTED = (
    "age belief birth birthday birthdate born caste creed denomination disability dob ethnic ethnicity faith gender "
    "genetic health marital married nationality political politics pregnancy pregnant pronoun pronouns race racial religion "
    "religious salutation sex sexual veteran"
)
PROTECTED = frozenset(_PROTECTED.split())
# Where somebody signed in or up from; and, while it shows a code to be paired with, a device that is nobody's yet.
ADDRESSES = {("accounts_sign_in", "ip"), ("accounts_sign_up", "ip"), ("relay_pairing", "address")}
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND a.attnum > 0
AND NOT a.attisdropped
"""


def protected(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if PROTECTED & set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower())))


def columns(db) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return cursor.fetchall()


def test_no_column_form_or_body_asks_for_a_protected_characteristic(db):
    forms = {name for form in _below(BaseForm) for name in getattr(form, "base_fields", {})}
    bodies = {name for body in _below(BaseModel) for name in body.model_fields}
    facts = {name for event in CATALOGUE.values() for name in event.model_fields}
    kept = {name for _, name, _ in columns(db)}
    assert ("time_zone" in forms, "email" in bodies, "from_ip" in facts, "country" in kept) == (True,) * 4
    assert protected(forms | bodies | facts | kept) == []


def test_the_scan_sees_words_in_names():
    assert protected(["dateOfBirth", "gender_identity", "page", "stage", "message"]) == ["dateOfBirth", "gender_identity"]


def test_network_addresses_stand_where_they_are_named(db):
    assert {(table, name) for table, name, kind in columns(db) if kind == "inet"} == ADDRESSES


def test_what_a_browser_calls_itself_is_cut(db):
    assert {kind for _, name, kind in columns(db) if name in {"agent", "user_agent"}} == {"character varying(300)"}


def test_every_instant_has_its_zone(db):
    assert [each for each in columns(db) if each[2].startswith("timestamp") and "without time zone" in each[2]] == []


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("operant."):
            yield each
        yield from _below(each)
