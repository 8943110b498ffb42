"""Queries whose SQL is made once.

For a query of a few rows Django spends ten times as long on making its SQL as on all the rest, each
time anew. That is where most of a page's time went: docs/performance.md has the figures.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, Expression, Field, QuerySet
from django.db.transaction import TransactionManagementError

Result = TypeVar("Result")


class Given(Expression):
    """The place of a value that each call gives; `field` says what the database is to get of it."""

    def __init__(self, name: str, field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=field or BigAutoField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Prepared(Generic[Result]):
    """A query for models or `values_list`, that `build` makes with a `Given` for each value.

    A value cannot be a list. Of a connection it is prepared once, so `build` must not depend on
    anything but the database.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Result]]) -> None:
        self._build = build
        self._alias = ""

    def all(self, **values: Any) -> list[Result]:
        """Raises TransactionManagementError for one that locks, outside a transaction."""
        connection = connections[self._alias or self._find_alias()]
        # Kept with the connection, which each thread has of its own and may take with it.
        kept: dict[Prepared[Any], _Ready[Any]] = vars(connection).setdefault("prepared_sql", {})
        ready: _Ready[Result] | None = kept.get(self)
        if ready is None:
            ready = kept[self] = _Ready(self._build(), connection)
        return ready.ask(values)

    def first(self, **values: Any) -> Result | None:
        """Asks for all rows: a query that may find many ends in `[:1]`."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def get(self, **values: Any) -> Result:
        """Raises the model's DoesNotExist."""
        rows = self.all(**values)
        if not rows:
            raise self._build().model.DoesNotExist
        return rows[0]

    def _find_alias(self) -> str:
        self._alias = self._build().db
        return self._alias


class _Ready(Generic[Result]):
    """Django's own compiler and iterable, but for the making of the SQL."""

    def __init__(self, queryset: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        sql, self._params = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiler.as_sql = lambda *_args, **_options: (sql, self._adapted)
        compiler.get_converters = lambda _columns: converters
        queryset.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        self._connection = connection
        self._locks = queryset.query.select_for_update
        self._adapted: list[Any] = []
        self._rows: Any = queryset._iterable_class(queryset)

    def ask(self, values: dict[str, Any]) -> list[Result]:
        # Django looks only while it makes the SQL; a lock would be gone before the row is here.
        if self._locks and not self._connection.in_atomic_block:
            raise TransactionManagementError("this locks: call it in a transaction")
        self._adapted = [
            each.output_field.get_db_prep_value(values[each.name], self._connection)
            if isinstance(each, Given)
            else each
            for each in self._params
        ]
        return list(self._rows)
