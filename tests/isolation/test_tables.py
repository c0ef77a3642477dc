"""Every table of an organization, with a row of Harbour's in it that Mallory must not reach."""

import pytest

from operant.platform import tenancy
from operant.platform.tenancy import policies

from . import people, stealing


@pytest.mark.parametrize("model", stealing.TABLES, ids=lambda model: model._meta.db_table)
def test_a_stranger_gets_nothing(world, model):
    assert stealing.everything(world, model) == []


@pytest.mark.parametrize("model", people.TABLES, ids=lambda model: model._meta.db_table)
def test_a_stranger_gets_nothing_about_people(world, model):
    assert people.everything(world, model) == []


def test_every_table_about_people_is_tried():
    assert {model._meta.db_table for model in people.TABLES} == set(policies.PEOPLE)


@pytest.mark.parametrize("model", people.TABLES, ids=lambda model: model._meta.db_table)
def test_forgetting_the_reception_is_loud(world, model):
    with pytest.raises(tenancy.NoScope, match=f"{model._meta.db_table} is about people"):
        model._default_manager.count()
    with world.cast.at_harbour(world.cast.ada):
        if model._meta.db_table in policies.HIDDEN:
            with pytest.raises(tenancy.NoScope, match=f"{model._meta.db_table} is about people"):
                model._default_manager.count()


def test_an_organization_knows_its_members_and_nobody_else(world):
    with world.cast.at_harbour():
        assert sorted(people.Person.objects.values_list("name", flat=True)) == ["Ada", "Ann", "Ben", "Cleo"]


def test_there_are_tables_to_steal_from():
    assert len(stealing.TABLES) > 12
