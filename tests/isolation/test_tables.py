"""Every table of an organization, with a row of Harbour's in it that Mallory must not reach."""

import pytest

from . import stealing


@pytest.mark.parametrize("model", stealing.TABLES, ids=lambda model: model._meta.db_table)
def test_a_stranger_gets_nothing(world, model):
    assert stealing.everything(world, model) == []


def test_there_are_tables_to_steal_from():
    assert len(stealing.TABLES) > 12
