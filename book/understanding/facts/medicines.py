"""Medicine that was given: which, how much, when and by whom. A dose that is planned or asked for is none."""

from __future__ import annotations

import re

from book.facts import Doubtful, Kind, Medicine
from book.understanding.facts.said import MOST, Said, pattern

_MOST = {"ml": 30.0, "puffs": 20.0, "puff": 20.0, "tablets": 6.0, "spoons": 4.0}
_DOSE = pattern(
    r"(?<![\d.,])\b(?P<dose>\d{1,3}(?:[.,]\d{1,2})?|half|a|an|one|two|three|four|five|six|ten) ?(?:x )?"
    r"(?P<unit>mls?|mg|mcg|puffs?|spoon(?:ful)?s?|teaspoons?|tsp|drops?|sachets?|tablets?|sprays?|doses?|units?)\b"
)
_GAVE = re.compile(
    r"\b(?:gave|given|had|has had|took|taken|used|administered|give him|give her|been given|dose(?:d)?|having)\b"
)
_NO = re.compile(
    r"\b(?:no|not|hasnt|havent|didnt|without|any|ran out|run out|running low|out of|allergic|bring|sending|sent"
    r"|pack|new|spare|bottle of|refused|wont|never)\b[^.!?,;]{0,18}$"
)
_BY = re.compile(r"\bby (?P<who>\0?[^\W\d_]+)\b")
_WITNESS = re.compile(r"\b(?:seen|witnessed|checked|signed|witness)(?: off)? $")
_KIND = re.compile(r"(?:blue|brown|purple|orange|white|pink|teething|hay ?fever|sugar free|infant) $")
_SAME_BREATH = re.compile(r"[^,;:]{0,40}")
_WITH_A_MEDICINE = frozenset({"spacer", "nasal", "iron"})
_OTHERS = re.compile(
    r"\b(?:(?:eye|ear|nose|vitamin) drops|teething (?:powders?|gel|granules)|cough (?:mixture|medicine|syrup)"
    r"|nasal spray)\b"
)
_GOES_ON = re.compile(r"\. ?(?=\d)")
_ALONE = re.compile(r"(?P<dose>\d{1,2}(?:\.\d)?) of $")
_TIME = pattern("(?P<at>%time%)")
_IS_PLANNED = re.compile(
    r"\b(?:pls|please|give|form|permission|signed|can you|could you|needs?|due|if|plan|prescribed|daily|every"
    r"|until|til|till|next"
    r"|times a|bring|sending|sent|bag|tomorrow|later)\b|\?"
)
_HAD_IT = re.compile(r"\b(?:gave|given|had|took|taken|used|administered)\b")
_ASKED_FOR = re.compile(
    r"\b(?:please|pls|plz|plse|can (?:you|u)|could (?:you|u)|you give|u give|(?:last|next|final) dose)\b"
)
_NAME_BEFORE = re.compile(r"(?<![\w\0])[^\W\d_]+ $")
_NOBODY = frozenset({"i", "we", "she", "he", "they", "just", "so", "and", "have", "then", "nursery"})
_LATER = re.compile(
    r"\b(?:by|since|perked|settled|better|fine|ok|sleep|slept|woke|ate|next|due|again (?:at|after)|every|can have"
    r"|until)\b"
)


def read(said: Said) -> None:
    """Find every dose that was given. What may be planned was given only where a dose and a past time say so."""
    if said.medicine_may_be_planned and _IS_PLANNED.search(said.marked):
        return
    medicines = sorted(_medicines(said))
    for number, (start, end) in enumerate(medicines[:MOST]):
        first, last = said.sentence(start)
        left = max(first, start - 80, medicines[number - 1][1] if number else first)
        right = min(last, end + 100, medicines[number + 1][0] if number + 1 < len(medicines) else last)
        if _ASKED_FOR.search(said.marked, first, last) and not _HAD_IT.search(said.marked, first, last):
            continue
        if said.is_planned(start) or _NO.search(said.before(start)) or said.is_taken(start):
            continue
        _one(said, start, end, left, right)


def _medicines(said: Said) -> set[tuple[int, int]]:
    pairs = zip(said.words.read, said.words.labels, strict=True)
    names = {word for word, labels in pairs if "{medicine}" in labels and word not in _WITH_A_MEDICINE}
    found = {
        each.span() for name in names for each in re.finditer(rf"\b{re.escape(name)}\b(?: gel| syrup)?", said.marked)
    }
    return found | {each.span() for each in _OTHERS.finditer(said.marked)}


def _one(said: Said, start: int, end: int, left: int, right: int) -> None:
    """One medicine between ``left`` and ``right``, where its dose, its time and who gave it are looked for."""
    marked = said.marked
    doses = [each for each in _DOSE.finditer(marked, left, right) if each["unit"] not in ("dose", "doses")]
    dose = next((each for each in doses if 0 <= each.start() - end <= 30), None) or next(
        (each for each in reversed(doses) if 0 <= start - each.end() <= 20), None
    )
    if dose is None and _GOES_ON.match(marked, end) is not None:  # "She has had Calpol. 5mls, twenty past seven"
        right = min(len(marked), end + 60)
        dose = next(_DOSE.finditer(marked, end, right), None)
    times = [
        each
        for each in _TIME.finditer(marked, left, right)
        if not _LATER.search(marked, min(end, each.start()), each.start())
    ]
    time = next((each for each in times if each.start() >= end), None) or next(
        (each for each in times if start - each.end() <= 30), None
    )
    gave = _GAVE.search(marked, left, right)
    if dose is None and time is None and gave is None:
        return
    if said.medicine_may_be_planned and (dose is None or time is None):
        return
    by = next((each for each in _BY.finditer(marked, left, right) if not _is_witness(said, each.start())), None)
    who = said.as_written(*by.span("who")) if by is not None else _giver(said, gave)
    much = unit = None
    bare = _ALONE.search(said.before(start, 12)) if dose is None else None
    if bare is not None:
        much = float(bare["dose"])
    if dose is not None:
        unit = "ml" if dose["unit"] in ("ml", "mls") else said.as_written(*dose.span("unit")).lower()
        much = 0.5 if dose["dose"] == "half" else said.number(dose["dose"])
        if much is None or not 0 < much <= _MOST.get(unit, 2000.0):
            said.doubt(Doubtful.IMPOSSIBLE, Kind.MEDICINE, start, max(end, dose.end()))
            dose = much = unit = None
    at = said.past(time, "at", Kind.MEDICINE) if time is not None else None
    near = [(start, end), *(each.span() for each in (dose, by) if each is not None)]
    if time is not None and at is not None:
        near.append(time.span())
    if gave is not None and gave.end() <= start and _SAME_BREATH.fullmatch(marked, gave.end(), start):
        near.append(gave.span())
    said.add(
        Medicine(name=_name(said, start, end), dose=much, unit=unit, at=at, who=who),
        min(place for place, _ in near),
        max(place for _, place in near),
    )


def _name(said: Said, start: int, end: int) -> str:
    """What was given: as written, or as the lexicon spells it where that was a slip."""
    if not said.spelt_so(start, end):
        return said.marked[start:end]
    before = said.before(start, 16)
    kind = _KIND.search(before)
    return said.as_written(start - (len(before) - kind.start() if kind is not None else 0), end).lower()


def _giver(said: Said, gave: re.Match[str] | None) -> str | None:
    """ "Amy gave it": a name with a capital before the verb, which is no child's of the circle."""
    if gave is None or not gave.group().startswith("gave"):
        return None
    before = _NAME_BEFORE.search(said.before(gave.start(), 24))
    if before is None:
        return None
    written = said.as_written(gave.start() - len(before.group()), gave.start())
    return written if written[:1].isupper() and written.lower() not in _NOBODY else None


def _is_witness(said: Said, at: int) -> bool:
    return _WITNESS.search(said.before(at, 16)) is not None
