"""The languages somebody may choose when she joins, each by its own name.

Only those with a catalogue are written yet; whoever chooses another is told so in it (``language.<code>``), and her
choice is kept for when there is one.
"""

from __future__ import annotations

LANGUAGES = (
    ("en", "English"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("uk", "Українська"),
    ("ur", "اردو"),
)
"""What is offered first: what is spoken most at home beside English."""

GREETED_IN = frozenset({"pl"})
"""Those in which a nursery's book says what it is (``language.<code>.nursery``), and that it may be written to so."""

MORE_LANGUAGES = (
    ("fr", "Français"),
    ("es", "Español"),
    ("pt", "Português"),
    ("tr", "Türkçe"),
    ("ar", "العربية"),
    ("bn", "বাংলা"),
    ("en", "English"),
)
