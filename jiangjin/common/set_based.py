"""Whole-population reads and writes: statements made of compiled querysets, INSERT … SELECT, tallies, null-safe comparison.

Django has no API for these; everything that needs them goes through here, so that both databases are served in one place.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Field, Model, QuerySet
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


def changed(source: Statement, *, key: str, compared: Sequence[str], current: QuerySet) -> Statement:
    """The rows of `source` that have no equal among `current`.

    A row equals a current one when the columns `key` and all `compared` are the same, NULL being equal to NULL.
    """
    old = Statement.of(current.values_list(key, *compared), [key, *compared])
    distinct = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    differs = " OR ".join(f"new_row.{quote(name)} {distinct} old_row.{quote(name)}" for name in compared)
    inserted = ", ".join(f"new_row.{quote(name)}" for name in source.columns)
    differing = Statement(
        f"SELECT {inserted} FROM new_row LEFT JOIN old_row ON old_row.{quote(key)} = new_row.{quote(key)} "
        f"WHERE old_row.{quote(key)} IS NULL OR {differs}",
        (),
        source.columns,
    )
    return with_([source.named("new_row"), old.named("old_row")], differing)


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
