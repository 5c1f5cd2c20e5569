"""What statements are put together from, so that each is one text: compiled once, prepared once, its index found.

A list of ids goes into a statement in one piece, whatever its length; a constant is written into it, because a
partial index serves only a statement that names its condition word for word. Knows no table.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, SQLColumnExpression, Text, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


def constant(value: StrEnum) -> ColumnElement[str]:
    """``value`` written into the statement. One of ours, never anything from outside.

    SQLite prepares a statement anew each time a bound value is compared with the condition of a partial index, and
    never uses such an index for a bound list.
    """
    if not value.replace("_", "").isalnum():
        raise ValueError("a constant is a plain word")
    return literal_column(f"'{value.value}'", Text)


def one_of(column: SQLColumnExpression[str], values: Collection[StrEnum]) -> ColumnElement[bool]:
    """Whether ``column`` is one of these constants, in their order."""
    return column.in_([constant(each) for each in values])


def among(column: SQLColumnExpression[int], name: str) -> ColumnElement[bool]:
    """Whether ``column`` is among the numbers that the statement is given as ``name``."""
    return column.op("IN", is_comparison=True)(_Each(bindparam(name, type_=_Numbers)))


def not_among(column: SQLColumnExpression[int], name: str) -> ColumnElement[bool]:
    """Whether ``column`` is none of the numbers that the statement is given as ``name``."""
    return column.op("NOT IN", is_comparison=True)(_Each(bindparam(name, type_=_Numbers)))


class _Numbers(TypeDecorator[Collection[int]]):
    """Any number of whole numbers as one value: an array, and on SQLite, which has none, a JSON list."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        numbers = [int(each) for each in value or ()]
        return str(numbers) if dialect.name == "sqlite" else numbers


class _Each(FunctionElement[int]):
    """The rows of such a value."""

    name = "each"
    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_on_sqlite(element: _Each, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kwargs)}))"  # noqa: S608 - a bound value


@compiles(_Each, "postgresql")
def _each_on_postgresql(element: _Each, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **kwargs)}))"
