"""Loud, not empty: a statement that names an organization's table outside a scope, or one about people, raises."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import context, policies
from .context import NoScope


def watch(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Put the guard on a new connection that serves; the owner's is for migrations and stays free."""
    if connection.alias == "default" and _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def _guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, extra: dict[str, Any]) -> Any:
    text = sql if isinstance(sql, str) else str(sql)
    is_open, is_at_reception = context.is_open(), context.is_at_reception()
    if not is_open and (named := _isolated_tables().search(text)):
        raise NoScope(f"{named.group(1)} belongs to organizations: open organization_scope() first.")
    if not is_at_reception and (named := _about_people(is_open).search(text)):
        raise NoScope(f"{named.group(1)} is about people: accounts reaches it, inside reception().")
    if is_at_reception and not is_open and _about_people(is_open).search(text):
        return _alone(execute, sql, params, many, extra)
    return execute(sql, params, many, extra)


def _alone(execute: Callable[..., Any], *statement: Any) -> Any:
    # Without a scope statements commit one by one, and a context lasts as long as its transaction.
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        context.stand_at_reception()
        return execute(*statement)


@cache
def _isolated_tables() -> re.Pattern[str]:
    from .models import isolated_models

    tables = sorted(model._meta.db_table for model in isolated_models(apps))
    return _quoted(tables)


@cache
def _about_people(is_open: bool) -> re.Pattern[str]:
    # A scope sees its members' rows in some of them.
    return _quoted(sorted(policies.HIDDEN if is_open else policies.PEOPLE))


def _quoted(tables: list[str]) -> re.Pattern[str]:
    return re.compile(r'"(' + "|".join(map(re.escape, tables)) + r')"')
