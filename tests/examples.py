"""How many examples a property is tried with: few and always the same by default, many and new ones in the long proofs.

`make prove` plays every property again with the profile ``prove``, which draws at random. Knows no property.
"""

from __future__ import annotations

from hypothesis import settings

EVERYDAY = 40
PROVE = 1_000


def register_profiles() -> None:
    """Make both known to Hypothesis, and the everyday one the usual one."""
    settings.register_profile("everyday", max_examples=EVERYDAY, deadline=None, derandomize=True, database=None)
    settings.register_profile("prove", max_examples=PROVE, deadline=None)
    settings.load_profile("everyday")


def examples(everyday: int) -> settings:
    """So many by default, and in the long proofs as many more as there are more of all."""
    times = settings.get_profile(settings.get_current_profile_name()).max_examples // EVERYDAY
    return settings(max_examples=everyday * times)
