"""The Configuration class, ``.env.example`` and ``docs/configuration.md`` say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.configuration import Configuration, load_configuration

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[2]


def fields() -> dict[str, FieldInfo]:
    return {str(field.validation_alias): field for field in Configuration.model_fields.values()}


def default(field: FieldInfo) -> str:
    value = field.default
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_the_documentation_has_a_row_for_every_variable_with_its_default_and_meaning() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", page, flags=re.MULTILINE)

    expected = [
        (name, f"`{default(field)}`" if default(field) else "empty", field.description)
        for name, field in fields().items()
    ]

    assert sorted(rows) == sorted(expected)


def test_the_example_file_names_every_variable_once_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    lines = re.findall(r"^([A-Za-z_]+)=(.*)$", example, flags=re.MULTILINE)

    assert sorted(lines) == sorted((name, default(field)) for name, field in fields().items())


def test_the_example_file_as_it_stands_is_the_default_configuration() -> None:
    assert load_configuration({}, ROOT / ".env.example") == load_configuration({}, None)
