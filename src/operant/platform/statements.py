"""Questions that every request asks: Django writes their statement once, where it would write the same one each time."""

import inspect
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet, Value
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


class Written(Generic[Row]):
    """
    A query set of rows that is asked with other values each time.

    `make` is given a placeholder for each of its parameters and returns the query set; nothing else may be bound in it. For
    what is asked all the time: Django takes longer to write a statement than PostgreSQL takes to answer it.
    """

    def __init__(self, make: Callable[..., QuerySet[Row]]) -> None:
        self._make = make

    def all(self, *values: Any) -> list[Row]:
        """
        Return the rows for these values, one for each of `make`'s parameters, in their order.

        They are bound as they are: of their column's type, and never None, which no row equals.
        """
        text, order, made = self._statement
        with connection.cursor() as cursor:
            cursor.execute(text, [values[place] for place in order])
            return made(cursor.fetchall())

    def first(self, *values: Any) -> Row | None:
        """Return the first of these rows, or None."""
        return next(iter(self.all(*values)), None)

    @cached_property
    def _statement(self) -> tuple[str, list[int], Callable[[Iterable[Any]], list[Row]]]:
        slots = [object() for _ in inspect.signature(self._make).parameters]
        compiler = self._make(*map(Value, slots)).query.get_compiler(DEFAULT_DB_ALIAS)
        text, bound = compiler.as_sql()
        return text, [slots.index(each) for each in bound], _maker(compiler)


def _maker(compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """
    Return what makes models of rows, with those that are joined to them, as a query set does.

    Nothing of it holds the compiler, and with it the connection of the thread that asked first.
    """
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    mine = slice(fields[0], fields[-1] + 1)
    columns = [expression for expression, _, _ in compiler.select]
    names = [each.target.attname for each in columns[mine]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
    converters = compiler.get_converters(columns).items()

    def made(row: list[Any]) -> Any:
        for position, (converting, expression) in converters:
            for convert in converting:
                row[position] = convert(row[position], expression, connection)
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[mine])
        for each in related:
            each.populate(row, found)
        return found

    return lambda rows: [made(list(row)) for row in rows]
