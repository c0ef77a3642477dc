"""Long lists of cases: `make test` tries the most telling ones, and `make prove ONLY=whole` all of them."""

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")


def sampled(cases: Sequence[Case], few: int) -> list[Case]:
    """Return the first `few` cases, or all of them where PROVE_ALL is set. So the most telling ones stand first."""
    if not 0 < few <= len(cases):
        raise ValueError(f"A sample of {few} was asked for, of {len(cases)} cases.")
    return list(cases) if os.environ.get("PROVE_ALL") else list(cases[:few])
