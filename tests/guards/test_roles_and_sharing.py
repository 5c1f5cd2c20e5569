"""The page on roles and sharing says what the code does."""

from __future__ import annotations

from book.people import Role
from tests.guards.roles_and_sharing import PAGE, fresh, roles_named


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")

    assert fresh(page) == page, "python -m tests.guards.roles_and_sharing --write"
    assert page.count("<!-- table: ") == page.count("<!-- end -->") == 4


def test_a_table_that_says_otherwise_is_found() -> None:
    page = PAGE.read_text("utf-8")

    assert fresh(page.replace("| her day |", "| her night |", 1)) == page


def test_every_role_has_its_column_but_the_deputy_who_is_as_the_lead() -> None:
    assert set(Role) - roles_named() == {Role.DEPUTY_LEAD}
