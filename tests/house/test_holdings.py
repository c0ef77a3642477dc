"""What is held of a person is in the copy that they ask for, or the room says why not."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model

from operant.panel.organizations.models import Membership
from operant.platform import holdings


def naming() -> Iterator[str]:
    """Every column that says which person a row is about: by a key, or by the id alone."""
    people = {get_user_model(), Membership}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.column == "person_id" or field.related_model in people:
                yield f"{model._meta.db_table}.{field.column}"


def test_every_column_that_names_a_person_is_in_a_copy_or_left_for_a_reason():
    found = set(naming())
    assert {"accounts_sign_in.person_id", "stage_star.member_id", "events_announcement.person_id"} <= found
    held = {column for each in holdings.holdings() for column in each.columns}
    assert sorted(found - held - set(holdings.LEFT)) == []
    assert sorted(held & set(holdings.LEFT)) == []
    known = {f"{model._meta.db_table}.{field.column}" for model in apps.get_models() for field in model._meta.concrete_fields}
    assert sorted((held | set(holdings.LEFT)) - known) == []
