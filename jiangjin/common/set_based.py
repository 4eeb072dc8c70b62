"""Whole-population reads and writes: statements made of compiled querysets, INSERT … SELECT, tallies, null-safe comparison.

Django has no API for these; everything that needs them goes through here, so that both databases are served in one place.
"""

import datetime as dt
import functools
import io
import json
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
)
from django.db.models.expressions import RawSQL

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """A SELECT with its parameters and the names of its columns."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[str, ...]

    @classmethod
    def of(cls, source: QuerySet, columns: Sequence[str]) -> "Statement":
        """The statement of a `.values_list(...)`, whose columns are given database names in order."""
        sql, params = source.query.sql_with_params()
        return cls(sql, tuple(params), tuple(columns))

    def named(self, name: str) -> "Named":
        """The statement as a common table expression."""
        return Named(name, self)

    def only(self, column: str) -> RawSQL:
        """One of its columns, to stand behind an `__in`."""
        return RawSQL(f"SELECT {quote(column)} FROM ({self.sql}) chosen", self.params)

    def rows(self) -> list[Row]:
        """Run it."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return cursor.fetchall()


@dataclass(frozen=True)
class Named:
    """A statement under a name: `name(columns) AS (…)`."""

    name: str
    statement: Statement

    @property
    def sql(self) -> str:
        return f"{quote(self.name)}({names(self.statement.columns)}) AS ({self.statement.sql})"


def with_(tables: Sequence[Named], main: Statement) -> Statement:
    """`WITH tables main`: `main` reads the tables by their names."""
    params = [param for table in tables for param in table.statement.params]
    return Statement(
        f"WITH {', '.join(table.sql for table in tables)} {main.sql}", (*params, *main.params), main.columns
    )


def quote(name: str) -> str:
    """A quoted identifier."""
    return connection.ops.quote_name(name)


def names(columns: Sequence[str]) -> str:
    """A quoted list of identifiers."""
    return ", ".join(quote(name) for name in columns)


def concrete_field(model: type[Model], name: str) -> Field:
    """A field that has a column. Raises TypeError for a relation that stands in another table."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{model.__name__}.{name} has no column")
    return field


def columns_of(model: type[Model], fields: Sequence[str]) -> list[str]:
    """The database columns of fields."""
    return [str(concrete_field(model, name).column) for name in fields]


def insert(model: type[Model], source: Statement) -> int:
    """Insert the rows of `source`, whose columns are those of the model's table; returns how many.

    Name every column that is not nullable: Django's defaults are not in the database.
    """
    return execute(f"INSERT INTO {quote(model._meta.db_table)} ({names(source.columns)}) {source.sql}", source.params)


# Types whose values the databases take as they stand on the record.
AS_THEY_STAND = (CharField, IntegerField, BooleanField, ForeignKey)
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def insert_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert plain rows of values for `fields`; returns how many. No record is built and no key comes back: for thousands of
    rows this takes a third of bulk_create's time. Name every column that is not nullable."""
    prepared = [_preparation(concrete_field(model, name)) for name in fields]
    return _insert_values(
        model,
        columns_of(model, fields),
        [
            [value if prepare is None else prepare(value) for prepare, value in zip(prepared, row, strict=True)]
            for row in rows
        ],
    )


def add_rows(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert thousands of new records, as bulk_create does; afterwards each has its key.

    The keys are taken first, so that none has to be read back. Call inside a transaction.
    """
    relations = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    for row, key in zip(rows, _new_keys(model, len(rows)), strict=True):
        row.pk = key
        for field in relations:
            related = field.get_cached_value(row, default=None)
            if related is not None:  # it may have got its key only after it was put there
                setattr(row, field.name, related)
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    readers = [_reader(field) for field in fields]
    _insert_values(model, [str(field.column) for field in fields], [[read(row) for read in readers] for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _preparation(field: Field) -> Callable[[Any], Any] | None:
    """Makes of a value what the database wants; None where it takes the value as it stands."""
    if isinstance(field, AS_THEY_STAND):
        return None
    prepare = functools.partial(field.get_db_prep_save, connection=connection)
    if isinstance(field, JSONField):
        prepare = functools.partial(json.dumps, cls=field.encoder)
    # The same few days stand in thousands of rows.
    known = functools.lru_cache(maxsize=256)(prepare) if isinstance(field, DateField) else prepare
    return lambda value: None if value is None else known(value)


def _reader(field: Field) -> Callable[[Model], Any]:
    """Takes a field's value from a new record as the database wants it."""
    value_of, prepare = operator.attrgetter(field.attname), _preparation(field)
    if prepare is None:
        return value_of
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda row: prepare(field.pre_save(row, add=True))
    return lambda row: prepare(value_of(row))


def _new_keys(model: type[Model], count: int) -> Sequence[int]:
    """Keys that nobody else gets: of the sequence, or on SQLite, where the transaction holds the only pen, the next ones."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [quote(table), concrete_field(model, "id").column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return range(last + 1, last + 1 + count)


def _insert_values(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    table = f"{quote(model._meta.db_table)} ({names(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", _copy_text(rows))
        else:
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})", rows)
    return len(rows)


def _copy_text(rows: Sequence[Sequence[Any]]) -> io.StringIO:
    """Rows as PostgreSQL's COPY takes them: tabs between values, a backslash before what has a meaning."""
    lines = ["\t".join(map(_copied, row)) for row in rows]
    lines.append("")
    return io.StringIO("\n".join(lines))


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    return (value if isinstance(value, str) else str(value)).translate(COPY_ESCAPES)


def changed(source: Statement, *, key: str, compared: Sequence[str], current: QuerySet) -> Statement:
    """The rows of `source` that have no equal among `current`.

    A row equals a current one when the columns `key` and all `compared` are the same, NULL being equal to NULL.
    """
    old = Statement.of(current.values_list(key, *compared), [key, *compared])
    distinct = distinct_operator()
    differs = " OR ".join(f"new_row.{quote(name)} {distinct} old_row.{quote(name)}" for name in compared)
    inserted = ", ".join(f"new_row.{quote(name)}" for name in source.columns)
    differing = Statement(
        f"SELECT {inserted} FROM new_row LEFT JOIN old_row ON old_row.{quote(key)} = new_row.{quote(key)} "
        f"WHERE old_row.{quote(key)} IS NULL OR {differs}",
        (),
        source.columns,
    )
    return with_([source.named("new_row"), old.named("old_row")], differing)


def upsert_changed(model: type[Model], source: Statement, *, key: Sequence[str], compared: Sequence[str]) -> int:
    """Insert the rows of `source`, and where a row of the same `key` (columns of a unique constraint) stands already, overwrite
    it if any column of `compared` differs, NULL being equal to NULL. Returns how many rows were inserted or overwritten.

    The columns of `source` are those of the model's table; all but the key are overwritten. Name every column that is not
    nullable: Django's defaults are not in the database.
    """
    table = quote(model._meta.db_table)
    distinct = distinct_operator()
    overwritten = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in source.columns if name not in key)
    differs = " OR ".join(f"{table}.{quote(name)} {distinct} excluded.{quote(name)}" for name in compared)
    # SQLite reads ON behind a FROM as a join's condition unless a WHERE stands between.
    rows = Statement(f"SELECT {names(source.columns)} FROM new_row WHERE true", (), source.columns)
    rows = with_([source.named("new_row")], rows)
    return execute(
        f"INSERT INTO {table} ({names(source.columns)}) {rows.sql} "
        f"ON CONFLICT ({names(key)}) DO UPDATE SET {overwritten} WHERE {differs}",
        rows.params,
    )


def distinct_operator() -> str:
    """Compares two values that may be NULL; true where they differ."""
    return "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"


def date_literal(day: dt.date) -> str:
    """SQL of a date. (SQLite keeps dates as text.)"""
    return f"DATE '{day.isoformat()}'" if connection.vendor == "postgresql" else f"'{day.isoformat()}'"


def day_count(first: str, last: str) -> str:
    """SQL: the number of days from one date to another, both included; the arguments are SQL of dates."""
    if connection.vendor == "postgresql":
        return f"({last} - {first} + 1)"
    return f"(CAST(julianday({last}) - julianday({first}) AS INTEGER) + 1)"


def day_before(day: str) -> str:
    """SQL: the day before a date; the argument is SQL of a date."""
    return f"({day} - 1)" if connection.vendor == "postgresql" else f"date({day}, '-1 day')"


@contextmanager
def staged(source: Statement, *, name: str) -> Iterator[Statement]:
    """Work the rows of `source` out once and keep them in a temporary table of this connection until the block ends."""
    execute(f"DROP TABLE IF EXISTS {quote(name)}", ())
    execute(f"CREATE TEMPORARY TABLE {quote(name)} AS {source.sql}", source.params)
    if connection.vendor == "postgresql":
        execute(f"ANALYZE {quote(name)}", ())
    yield Statement(f"SELECT {names(source.columns)} FROM {quote(name)}", (), source.columns)
    execute(f"DROP TABLE {quote(name)}", ())


def tally(source: Statement, *, by: Sequence[str], sums: Sequence[str] = ()) -> list[Row]:
    """Count the rows of `source` by some of its columns; rows of (*by, count, *sums), ordered by `by`."""
    totals = "".join(f", SUM({quote(name)})" for name in sums)
    counted = Statement(
        f"SELECT {names(by)}, COUNT(*){totals} FROM counted GROUP BY {names(by)} ORDER BY {names(by)}",
        (),
        (*by, "count", *sums),
    )
    return with_([source.named("counted")], counted).rows()


def execute(sql: str, params: Sequence[Any]) -> int:
    """Run a statement; returns the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def refresh_statistics(model: type[Model]) -> None:
    """Tell PostgreSQL's planner how many rows a small, fast-changing table holds now; SQLite plans without."""
    if connection.vendor == "postgresql":
        execute(f"ANALYZE {quote(model._meta.db_table)}", ())
