"""Rows by the hundred thousand, past the models: for a made-up population only."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import gmtime, strftime
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

Row = Sequence[Any]
# What COPY's text form needs of its own signs.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
BATCH = 5000


def next_id(*, model: type[Model]) -> int:
    """The first id that is free, and so are all that follow."""
    return (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def write_moment(*, seconds: int) -> str:
    """Of seconds since 1970, as both databases take it: in UTC."""
    return strftime("%Y-%m-%d %H:%M:%S", gmtime(seconds))


def insert_rows(*, model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """By COPY on PostgreSQL, in large statements elsewhere. Values are texts, numbers, booleans or
    None; JSON and moments come as texts."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for batch in _batches(rows):
                    copy.write("".join(map(_line, batch)))
            return
        marks = ", ".join(["%s"] * len(columns))
        for batch in _batches(rows):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)  # noqa: S608


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _line(row: Row) -> str:
    return "\t".join(map(_cell, row)) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


def reset_sequences(*, models: Sequence[type[Model]]) -> None:
    """So that the next row made in the usual way gets an id after these."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
