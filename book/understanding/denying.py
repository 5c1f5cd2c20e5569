"""Whether a text says that it came to the wrong person, when a number was asked whether it is still hers.

>>> [says_not_hers(each) for each in ("wrong number", "Who is this?", "no", "1", "noah bad night, who is in today")]
[True, True, True, False, False]
"""

from __future__ import annotations

import re

_NOT_HERS = re.compile(
    r"(?:sorry,? )?(?:no|nope|wrong (?:number|person)|(?:its|it's|this is|thats|that's) not me|not me|"
    r"(?:you(?:'ve| have)?|u) (?:got )?(?:the )?wrong (?:number|person)|who(?:'s| is|s) (?:this|that|it)|"
    r"who are (?:you|u)|"
    r"not (?:my|her|his|their) (?:number|phone)(?: any ?more)?|i don'?t know (?:you|who this is))[.!? ]*"
)


def says_not_hers(text: str) -> bool:
    """Whether nothing else is said."""
    return _NOT_HERS.fullmatch(" ".join(text.casefold().replace("’", "'").split())) is not None
