"""Scene 1 of the design: a bad night reaches whoever has the child next."""

from __future__ import annotations

from tests.kit.conversation import Story


async def test_a_bad_night_reaches_the_key_person_and_the_childminder(story: Story) -> None:
    hannah, priya, dawn, tom = (story.person(who) for who in ("hannah", "priya", "dawn", "tom"))
    await story.until("08:10")

    await hannah.says("bad night, teething")
    await priya.hears_nothing()
    await story.passes(10)
    await hannah.hears("✓ Ella · sleep, health → Priya, Dawn", buttons=("Undo", "Change"))
    await story.passes(10)

    await priya.hears('Ella, from Hannah 8:10: "bad night, teething"')
    await dawn.hears('Ella, from Hannah 8:10: "bad night, teething"')
    await hannah.sees("✓ Ella · sleep, health → Priya ✓ Dawn ✓")
    await tom.hears_nothing()
