"""How somebody's own words stand in a question about them: "who was up 3 times?".

Nothing is altered: a state somebody was in stands as it was written, anything else is quoted. Knows no sentences.
"""

from __future__ import annotations

import re

_LONGEST_STATE = 40
_LONGEST = 60
# What can be said of somebody after "was", and opens a note about her.
_STATES = (
    r"up|awake|asleep|sick|poorly|unwell|ill|hot|tired|exhausted|sad|upset|teary|tearful|clingy|grumpy|happy|hungry|"
    r"fine|teething|coughing|crying|late|quiet|"
    r"off (?:her|his|their) food|not (?:well|very well|right|himself|herself|hungry)"
)
_OPENS_WITH_A_STATE = re.compile(rf"(?:(?:a bit|bit|very|really|so|quite)\s+)?(?:{_STATES})\b", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"[,.;!?\n]|\s[-–]\s|\s(?:and|but|then|so|cos|because)\s", re.IGNORECASE)
_SOMEBODY = re.compile(r"\b(?:he|she|they|his|her|him|i|we|my|you)\b", re.IGNORECASE)


def asked_as(text: str) -> tuple[str, bool]:
    """The words by which a note is spoken of when it is asked about, and whether they are a state somebody was in.

    >>> asked_as("up 3 times, bit snotty")
    ('up 3 times', True)
    >>> asked_as("didn't eat her tea")
    ("didn't eat her tea", False)
    """
    line = " ".join(text.split())
    state = _CLAUSE_ENDS.split(line, maxsplit=1)[0].strip()
    if _OPENS_WITH_A_STATE.match(state) and len(state) <= _LONGEST_STATE and not _SOMEBODY.search(state):
        return state, True
    if len(line) <= _LONGEST:
        return line, False
    return line[: _LONGEST - 1].rsplit(" ", 1)[0] + "…", False
