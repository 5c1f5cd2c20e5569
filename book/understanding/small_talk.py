"""What is answered with silence: thanks, a thumb, a greeting.

Knows nothing of what came before: whether an "ok" answers a question is decided before it is asked here.
"""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")

_THANKS = frozenset({
    "thanks", "thank", "thankyou", "thx", "thnx", "thnks", "tnx", "tx", "ta", "tysm", "ty", "cheers",
    "ok", "okay", "okey", "oki", "k", "kk", "okies", "okie", "dokie", "doke", "great", "lovely",
    "brilliant", "perfect", "fab", "fabulous", "cool", "noted", "sure", "fine", "wonderful", "super",
    "awesome", "amazing", "nice", "good", "appreciated", "appreciate", "bless", "diolch", "dzieki",
    "dziękuję", "dziekuje", "dziekuję", "multumesc", "mulțumesc", "mersi", "shukria", "shukran", "дякую",
    "شكرا", "شکریہ",
})  # fmt: skip
_SAYS_THANK_YOU = frozenset({
    "thanks", "thank", "thankyou", "thx", "thnx", "thnks", "tnx", "tx", "ta", "tysm", "ty", "cheers", "lovely",
    "brilliant", "fab", "fabulous", "wonderful", "awesome", "amazing", "appreciated", "appreciate", "bless", "diolch",
    "dzieki", "dziękuję", "dziekuje", "dziekuję", "multumesc", "mulțumesc", "mersi", "shukria", "shukran", "дякую",
    "شكرا", "شکریہ",
})  # fmt: skip
_MORE = re.compile(
    r"(?:(?:yes|oh|love|loves|lovely|it|this|these|please) )*"
    r"more (?:(?:photos|pictures|pics|ones) )?(?:like|of) (?:this|that|these|those)(?: (?:please|pls|plz|one|ones|x+))*"
)
# These only lean on the words above; alone they mean nothing and are not thanks.
_AROUND = frozenset({
    "you", "u", "so", "much", "very", "really", "for", "that", "this", "the", "a", "lot", "again", "all",
    "everyone", "guys", "hun", "hon", "lovely", "x", "xx", "xxx", "xxxx", "xoxo", "xo", "and", "it",
    "to", "is", "will", "do", "no", "problem", "worries", "prob", "probs", "got", "know", "letting",
    "me", "telling", "us", "your", "help", "update", "info", "message", "reply", "aw", "aww", "ah", "oh",
    "yes", "yeah", "yep", "that's", "thats", "hi", "then", "many", "million", "lots",
})  # fmt: skip
_ALONE = frozenset({"x", "xx", "xxx", "xxxx", "will do", "no worries", "no problem", "got it", "no prob", "np", "yw"})
_PLEASED = frozenset("👍👌🙏❤💙💚💛🧡💜🖤🤍🤎💕💖💗💓💞😘😍🥰😊🙂😀😃😄😁☺🤗👏🎉😂🤣💯✅✔🫶🌟⭐🙌😻🤩💐🌹🌸✨😅🥹")
_GREETINGS = frozenset({
    "hi", "hiya", "hey", "heya", "hello", "helo", "morning", "mornin", "afternoon", "evening", "good",
    "gm", "yo", "there", "all", "everyone", "team", "ladies", "girls", "guys", "happy", "monday",
    "tuesday", "wednesday", "thursday", "friday", "dzień", "dzien", "dobry", "bună", "buna", "ziua",
    "dimineața", "salaam", "salam", "bore", "da", "hei", "hola", "x", "xx", "xxx", "again", "lovely",
})  # fmt: skip
_GREETS = frozenset({
    "hi", "hiya", "hey", "heya", "hello", "helo", "morning", "mornin", "afternoon", "evening", "gm",
    "yo", "dzień", "dzien", "dobry", "bună", "buna", "salaam", "salam", "bore", "hola", "hei",
})  # fmt: skip


def is_thanks(text: str) -> bool:
    """Whether `text` says thank you, all right or a kiss, and nothing else. Such a message gets silence."""
    words = _words(text)
    if words is None:
        return False
    if not words:
        return any(letter in _PLEASED for letter in text)
    said = " ".join(words)
    return said in _ALONE or (
        all(word in _THANKS or word in _AROUND for word in words) and any(word in _THANKS for word in words)
    )


def says_thank_you(text: str) -> bool:
    """Whether what :func:`is_thanks` finds is a thank-you or a sign of pleasure, and more than an "ok"."""
    words = _words(text)
    if words is None or not is_thanks(text):
        return False
    return any(word in _SAYS_THANK_YOU for word in words) or any(letter in _PLEASED for letter in text)


def wants_more(text: str) -> bool:
    """Whether `text` says "more like this" and nothing else."""
    return _MORE.fullmatch(" ".join(_words(text) or ())) is not None


def is_greeting(text: str) -> bool:
    """Whether `text` greets and nothing else: silence inside a burst, and nothing is filed for it alone."""
    words = _words(text)
    if not words:
        return text.strip() in {"👋", "👋🏻", "👋🏼", "👋🏽"}
    return all(word in _GREETINGS for word in words) and any(word in _GREETS for word in words)


def _words(text: str) -> list[str] | None:
    """The words in small letters, or None where the text asks, is long, or shows a picture that says something."""
    if len(text) > 80 or "?" in text:
        return None
    if not text.isascii():  # there is no picture among ASCII
        for letter in text:
            if unicodedata.category(letter) == "So" and letter not in _PLEASED and letter != "👋":
                return None
    return [word.lower().replace("’", "'") for word in _WORDS.findall(text)]
