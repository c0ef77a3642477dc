"""
Of a long list of cases `make test` runs some, and `make prove ONLY=whole` runs all of them.

For cases that are many because everything is tried with everything: each thing is still tried, with fewer others.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

WHOLE = "PROVE_ALL" in os.environ
"""Whether all cases are run."""


def sampled(cases: Sequence[Case], few: int = 1, *, turn: int = 0) -> list[Case]:
    """Return `few` of the cases, or all where the proof runs. Another `turn` gives the next ones, around and around."""
    if WHOLE or few >= len(cases):
        return list(cases)
    return [cases[(turn * few + each) % len(cases)] for each in range(few)]
