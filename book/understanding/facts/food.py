"""Milk and meals: what, and how much of it. Knows no menu: what was eaten is told in the writer's words."""

from __future__ import annotations

import re

from book.facts import Amount, Doubtful, Feed, Kind, Meal
from book.understanding.facts.said import Said, pattern

_MOST_OZ, _MOST_ML = 15, 450
_MEALS = (
    r"(?:(?:school |packed |roast |sunday )?(?:lunch|dinner)|breakfast|brekkie|brekky|breaky|brekie|bfast|tea"
    r"|snack|supper"
    r"|pudding|pud|elevenses|dessert|meal)"
)
_OWN = (
    r"(?:(?:\d|two|three|a) (?:bowls?|plates?|helpings?|slices?|pieces?|portions?) of |his |her |their |the |of "
    r"|it |a |an |some |little |big |tiny |small |huge |good |decent |lovely |morning |afternoon ){0,3}"
)

_MILK = pattern(
    r"(?P<before>(?:bottles?(?: (?:at )?%time:earlier%,?)?|milk|formula|feed|fed|drank|took|taken|had|ebm"
    r"|bf)[ :,]{1,2}(?:of |about |only "
    r"|just |all |around ){0,3})?"
    r"(?<![\d.,])(?P<much>\d{1,3}(?:[.,]\d{1,2})?|half|one|two|three|four|five|six|seven|eight|nine"
    r"|ten)(?: ?(?:mls?|oz)?(?: out)?(?: of|/)(?: (?:his|her|the|a))? ?\d{1,3})? ?(?P<unit>mls?|ounces?|oz)\b"
    r"(?P<of>(?: of)?(?: (?:his|her|the|warm|breast|cows|formula|expressed|oat|whole)){0,3} ?(?:milk|bottle|formula"
    r"|ebm|feed|water)?)"
)
_NO_BOTTLE = pattern(
    r"\b(?:refused|wouldnt (?:take|have|drink)|didnt (?:take|want|have|drink)|no|wont take|not interested in"
    r"|turned down)"
    r" (?:(?:the|his|her|any|a|much) ){0,3}(?:%time:before% )?(?P<name>(?:morning |afternoon )?(?:bottle|milk|formula"
    r"|feed))\b(?! (?:left|in|top))"
)
_AT = pattern(r"\b(?P<name>bottle|formula|milk feed|breast ?feed|feed)s?,? (?:at |@ ?|around |about )?%time:at%")
_BREAST = pattern(r"\b(?P<name>breast ?fe(?:d|ed)|bf|nursed)\b(?P<length>[^.!?\n]{0,12}?%length%)?")
_ALL_GONE = re.compile(r"[ ,-]{0,3}(?:all gone|all of it|finished|drank (?:it )?all|took it all|the lot|drained)\b")
_BOTTLE = pattern(
    r"\b(?:(?P<all>drained|finished|downed|took all|drank all|had all|all)|(?P<half>half)|(?P<most>most"
    r"|nearly all|almost all)"
    r"|(?P<some>some|a bit|a little|few sips|sips))(?: of)? (?:his |her |the |a )?(?P<name>(?:morning "
    r"|afternoon )?(?:bottle|milk|formula))\b"
)
_MORE = (
    r"(?<!in )(?<!few )(?<!\d )(?<!of )(?:had |has had |asked for |wanted |went back for )?(?:seconds and thirds"
    r"|seconds|thirds|2nds"
    r"|second helpings?|(?:two|three|four|[2-5]) (?:bowls|plates|platefuls|helpings|portions)(?: of)?)"
)
_NONE = (
    r"(?:no eat(?: nothing| anything)?|nothing eaten|left (?:it all|all of|the lot)|(?:ate|eats?|eaten|had|managed"
    r"|touched|took) (?:absolutely |pretty much "
    r"|practically )?(?:nothing|none"
    r"|nowt|0|zero)"
    r"(?: of)?"
    r"|(?:couldnt|cant|could not) get (?:him|her|them) to (?:eat|have|touch) (?:anything|any|a thing)"
    r"|(?:didnt|didn|dint|dnt|did not|wouldnt|would not|hasnt|has not|not|wont|isnt|dont|no|barely any|refus(?:ed"
    r"|es|ing)|skipped"
    r"|turned down)(?: really| even)?"
    r"(?: (?:eat|eaten|eating|touch|touched|have|had|want|wanted|try)(?: (?:any|anything|a thing|much of|at all))?)?)"
)
_ALL = (
    r"(?:(?:ate|eats?|eaten|scoffed|had|finished|managed|gobbled|wolfed|demolished|cleared|polished off|devoured) "
    r"(?:up |down )?(?:all(?: of)?|every ?(?:thing|last bit|bit)(?: of)?|the lot|the whole|whole)"
    r"|all of|all(?= (?:his|her|the|their))"
    r"|left nothing|all (?:eaten|gone|finished)|everything (?:eaten|gone)|(?:enjoyed|loved) all of"
    r"|(?:ate|eats?|eating) like a horse|ate us out of house and home"
    r"|(?:cleared|clean|cleaned|empty|emptied|licked)(?: (?:his|her|the|a|their))? (?:plate|bowl)s?(?: clean)?"
    r"|(?:finished|demolished|polished off|devoured|wolfed(?: down)?|scoffed|gobbled(?: up)?|hoovered(?: up)?)"
    r"(?: off| down| up)?)"
)
_MOST = (
    r"(?:most eaten|(?:(?:ate|eaten|had|managed|finished) )?"
    r"(?:most(?: of)?|nearly all(?: of)?|almost all(?: of)?|nearly everything|three quarters(?: of)?|two thirds"
    r"(?: of)?|2/3(?: of)?|3/4(?: of)?))"
)
_HALF = (
    r"(?:left half(?: of)?|half eaten|(?:(?:ate|eaten|had|managed|only|just) ){0,3}(?:about |around |only )?"
    r"(?:half(?: of)?|1/2(?: of)?|½))"
)
_SOME = (
    r"(?:(?:(?:ate|eaten|had|managed|only|just|picked at|nibbled|tried) ){0,3}"
    r"(?:some(?: of)?|a bit(?: of)?|bit of|(?:a )?(?:few|couple of|two|three|four|[2-5]) (?:bites|mouthfuls"
    r"|spoonfuls|spoons|sips)(?: of)?"
    r"|a little(?: of)?|little bit(?: of)?|not much(?: of)?)"
    r"|(?:ate|eaten|had) (?:hardly|barely|next to) (?:anything|nothing|any)|(?:a )?(?:third"
    r"|quarter) of"
    r"|1/[34](?: of)?|picked at|nibbled(?: at| on)?|(?:barely|hardly) (?:touched|ate(?: any)?)"
    r"|(?:not eaten|didnt eat) much(?: of)?)"
)
_WHAT = r"(?P<what>[a-z][a-z'-]*(?: (?:n |and |with |on |a la )?[a-z][a-z'-]*){0,3})"
_EATS = tuple(
    (amount, pattern(rf"\b(?P<amount>{words})(?!\w)(?: {_OWN}{_WHAT})?"))
    for amount, words in (
        (Amount.MORE, _MORE),
        (Amount.NONE, _NONE),
        (Amount.SOME, r"left most(?: of)?"),
        (Amount.ALL, _ALL),
        (Amount.MOST, _MOST),
        (Amount.HALF, _HALF),
        (Amount.SOME, _SOME),
    )
)
_ATE = pattern(
    rf"\b(?:ate|eaten|had|has had|having|scoffed|enjoyed|loved|managed|just|only|breakfast was|lunch was|tea was"
    rf"|snack was|dinner was)"
    rf" {_OWN}{_WHAT}"
)
_MEAL_FIRST = pattern(
    rf"\b(?P<name>{_MEALS}|(?<![\w.])[blt]) ?(?:was |is |:|-|,|all |today ){{0,3}} ?"
    r"(?:(?P<all>all (?:gone|eaten|of it|finished)|all\b(?! (?:of|his|her|the)\b)|finished|cleared|everything"
    r"|100%)|(?P<half>(?:half|1/2"
    r"|50%)(?! (?:a|an|of|his|her)\b))|(?P<none>none\b|nothing|0\b|refused|not touched|no\b)"
    r"|(?P<most>most|nearly all|almost all|3/4)|(?P<some>some|a bit|a little|picked at)|(?P<more>seconds|thirds))"
)
_AT_MEAL = re.compile(rf"[^.!?\n,;]{{0,30}}?\b(?:at|for) (?:his |her )?(?P<name>{_MEALS})\b")
_DRINKS = re.compile("bottle|milk|formula|feed|fed|drank|ebm|bf|took|taken")
_IS_MEAL = re.compile(rf"\b{_MEALS}\b")
_BARE_AMOUNTS = ("all", "half", "most", "none", "some", "more")
_BARE = re.compile(
    r"\W*(?:(?:had|ate|has|lunch|tea) )?(?:about |only )?(?:(?P<all>all(?: gone)?|everything)|(?P<half>half|1/2)|"
    r"(?P<most>most|nearly all|3/4)"
    r"|(?P<none>none|nothing|0|zero)|(?P<some>some|a bit|a little)|(?P<more>seconds|thirds))(?: of it)?(?: x)*\W*"
)
_HEADING = re.compile(rf"[\W]*(?P<meal>b|l|t|d|s|{_MEALS}) ?[:-] ?")
_SHORT_MEALS = {"b": "breakfast", "l": "lunch", "t": "tea", "d": "dinner", "s": "snack"}
_JOINS = frozenset({"n", "and", "with", "on", "a", "la"})
_NO_PART_OF_A_NAME = frozenset({
    "at", "for", "so", "but", "today", "this", "in", "before", "after", "cos", "while", "then", "pls", "please", "x",
    "xx", "from", "he", "she", "when", "too", "again", "as", "is", "was", "all", "earlier", "yesterday", "up", "off",
    "now", "of", "it", "him", "her", "just", "only", "had", "ate", "to", "if", "last", "slept", "drank", "no", "not",
    "seconds", "asked", "tried", "didnt", "wouldnt", "went", "played", "very", "really", "well", "though", "tho",
})  # fmt: skip


def read(said: Said) -> None:
    """Find what was drunk and eaten."""
    _milk(said)
    _meals(said)


# --- milk ---------------------------------------------------------------------------------------------------------


def _milk(said: Said) -> None:
    medicine = "{medicine}" in said.labels
    for found in said.free(_MILK):
        unit = "oz" if found["unit"][0] == "o" else "ml"
        drunk = (found["before"] or "") + found["of"]
        # Millilitres are of milk where milk is spoken of, or where no medicine is.
        is_milk = unit == "oz" or _DRINKS.search(drunk) is not None or (said.is_about_food and not medicine)
        if said.is_planned(found.start()) or not is_milk:
            continue
        much = 0.5 if found["much"] == "half" else said.number(found["much"])
        assert much is not None
        if not 0 < much <= (_MOST_OZ if unit == "oz" else _MOST_ML):
            said.doubt(Doubtful.IMPOSSIBLE, Kind.FEED, *found.span())
            continue
        amount = Amount.ALL if _ALL_GONE.search(said.marked[found.end() : said.sentence(found.end())[1]]) else None
        end, at = said.with_time(found.start(), found.end(), Kind.FEED)
        if at is None and found["earlier"]:
            at = said.past(found, "earlier", Kind.FEED)
        name = next((each for each in ("water", "milk", "bottle") if each in drunk), None)
        said.add(
            Feed(name=name, amount=amount, at=at, oz=much if unit == "oz" else None, ml=much if unit == "ml" else None),
            found.start(),
            end,
        )
    for found in said.free(_NO_BOTTLE):
        if not said.is_planned(found.start()):
            end, at = said.with_time(found.start(), found.end(), Kind.FEED)
            at = said.past(found, "before", Kind.FEED) if at is None and found["before"] else at
            name = said.as_written(*found.span("name")).lower()
            said.add(Feed(name=name, amount=Amount.NONE, at=at), found.start(), end)
    for found in said.free(_BOTTLE):
        if not said.is_planned(found.start()):
            end, at = said.with_time(found.start(), found.end(), Kind.FEED)
            how = next(Amount(key) for key in ("all", "half", "most", "some") if found[key])
            name = said.as_written(*found.span("name")).lower()
            said.add(Feed(name=name, amount=how, at=at), found.start(), end)
    for found in said.free(_AT):
        if not said.is_planned(found.start()):
            at = said.past(found, "at", Kind.FEED)
            if at is not None:
                said.add(Feed(name=said.as_written(*found.span("name")).lower(), at=at), *found.span())
    for found in said.free(_BREAST):
        if not said.is_planned(found.start()):
            end, at = said.with_time(found.start(), found.end(), Kind.FEED)
            minutes = said.minutes(found["length"]) if found["length"] else None
            said.add(Feed(name="breast", minutes=minutes, at=at), found.start(), end)


# --- meals --------------------------------------------------------------------------------------------------------


def _meals(said: Said) -> None:
    for found in said.free(_MEAL_FIRST):
        if not said.is_planned(found.start()):
            how = next(Amount(key) for key in ("all", "half", "none", "most", "some", "more") if found[key])
            written = said.as_written(*found.span("name")).lower()
            said.add(Meal(name=_SHORT_MEALS.get(written, written), amount=how), *found.span())
    if (bare := _BARE.fullmatch(said.marked)) is not None and said.is_about_food:
        said.add(Meal(amount=next(Amount(key) for key in _BARE_AMOUNTS if bare[key])), 0, len(said.marked))
        return
    for amount, sentence in _EATS:
        for found in said.free(sentence):
            _amount(said, found, amount)
    for found in said.free(_ATE):
        _bare(said, found)


def _amount(said: Said, found: re.Match[str], amount: Amount) -> None:
    if said.is_planned(found.start()):
        return
    name, end = _named(said, found)
    said_so = re.search(
        r"\b(?:ate|eat(?:en|ing|s)?|left|plates?|bowls?|platefuls|portions|helpings|seconds|thirds|2nds|helping|bites"
        r"|mouthfuls|spoon\w*|scoffed"
        r"|demolished|polished|gobbled|wolfed|devoured|hoovered|nibbled|picked at)\b",
        found["amount"],
    )
    if found["amount"] == "no" and (name is None or not _IS_MEAL.search(name)):
        return  # "No crisps, please"
    if name is None:
        if not said_so or (found["what"] and amount in (Amount.NONE, Amount.SOME) and not _bare_amount(found)):
            return
        end = found.end("amount")
    which, end = _which_meal(said, found.start(), end, name)
    end, at = said.with_time(found.start(), end, Kind.MEAL)
    said.add(Meal(name=which, amount=amount, at=at), found.start(), end)


def _which_meal(said: Said, start: int, end: int, what: str | None) -> tuple[str | None, int]:
    """The meal it was eaten at, where one is said; else what was eaten."""
    if what is not None and _IS_MEAL.search(what):
        return what, end
    if (meal := _AT_MEAL.match(said.marked, end)) is not None:
        return said.as_written(*meal.span("name")).lower(), meal.end()
    if (heading := _HEADING.match(said.marked, said.sentence(start)[0])) is not None and heading.end() <= start:
        return _SHORT_MEALS.get(heading["meal"], heading["meal"]), end
    return what, end


def _bare_amount(found: re.Match[str]) -> bool:
    return re.match(r"(?:ate|eaten|eat|not|didnt|hasnt|wouldnt) ?", found["amount"]) is not None


def _bare(said: Said, found: re.Match[str]) -> None:
    name, end = _named(said, found)
    if name is None or said.is_planned(found.start()) or said.is_taken(found.start("what")):
        return
    which, end = _which_meal(said, found.start(), end, name)
    end, at = said.with_time(found.start(), end, Kind.MEAL)
    said.add(Meal(name=which, at=at), found.start(), end)


def _named(said: Said, found: re.Match[str]) -> tuple[str | None, int]:
    """What was eaten, if it is food or a meal, and where its words end."""
    if not found["what"]:
        return None, found.end("amount") if "amount" in found.groupdict() else found.end()
    start = found.start("what")
    words: list[str] = []
    given = found["what"].split()
    for place, word in enumerate(given):
        following = given[place + 1] if place + 1 < len(given) else ""
        if word in _NO_PART_OF_A_NAME or (word in _JOINS and not said.has_label(following, "{food}")):
            break
        words.append(word)
    what = " ".join(words)
    if not what or not (_IS_MEAL.search(what) or said.has_label(what, "{food}")):
        return None, found.end()
    end = start + len(what)
    return said.as_written(start, end).lower(), end
