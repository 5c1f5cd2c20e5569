"""``bookbag calendar`` prints a year one can read; ``bookbag calendar import`` takes term dates, looked at first."""

from __future__ import annotations

from pathlib import Path

from tests.bot.running import Bookbag

TERMS = """What,From,To
Autumn term,3/9/2026,18/12/2026
Half term,26/10/2026,30/10/2026
INSET day,4/1/2027,
INSET,31/2/2027,
Closed for Christmas,24/12/2026,1/1/2027
Term,12/4/2027,11/4/2027
Harvest festival,1/10/2026,
"""


async def test_term_dates_are_looked_at_then_written_and_the_year_shows_them(begun: Path) -> None:
    (begun / "terms.csv").write_text(TERMS)
    bookbag = Bookbag(begun, {})

    looked = await bookbag.says("calendar", "import", "terms.csv")
    assert looked.code == 1
    assert "Line 5: there is no such day as 31/2/2027." in looked.out
    assert 'Line 7: "Term" ends before it begins.' in looked.out
    assert "1 term, 1 half-term, 1 INSET day and 1 closure" in looked.out
    assert "Nothing was written." in looked.out
    written = await bookbag.says("calendar", "import", "terms.csv", "--add")
    assert "Nobody was messaged." in written.out
    shown = await bookbag.says("calendar", "--year", "2026")

    assert shown.code == 0, shown.err
    assert " Mo Tu We Th Fr Sa Su" in shown.out
    for line in ("Autumn term: Thursday 3 September to Friday 18 December",
                 "Half-term: Monday 26 October to Friday 30 October",
                 "Closed: Thursday 24 December to Friday 1 January", "INSET: Monday 4 January",
                 "Good Friday: Friday 26 March"):  # fmt: skip
        assert line in shown.out
    december = "    1  2  3  4  .  .\n"
    assert any(december.strip() in line for line in shown.out.splitlines())
