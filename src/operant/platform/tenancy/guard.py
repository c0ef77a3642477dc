"""Loud, not empty: a statement that names an organization's table outside a scope raises."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from . import context
from .context import NoScope


def watch(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Put the guard on a new connection that serves; the owner's is for migrations and stays free."""
    if connection.alias == "default" and _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def _guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, extra: dict[str, Any]) -> Any:
    if not context.is_open():
        named = _isolated_tables().search(sql if isinstance(sql, str) else str(sql))
        if named:
            raise NoScope(f"{named.group(1)} belongs to organizations: open organization_scope() first.")
    return execute(sql, params, many, extra)


@cache
def _isolated_tables() -> re.Pattern[str]:
    from .models import isolated_models

    tables = sorted(model._meta.db_table for model in isolated_models(apps))
    return re.compile(r'"(' + "|".join(map(re.escape, tables)) + r')"')
