from itertools import count

from operant.platform.refusals import Invalid

LONGEST = 120


def clean(name: str, noun: str) -> str:
    """Return a name without space around it and within it."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(f"{noun} needs a name.")
    if len(name) > LONGEST:
        raise Invalid(f"A name has at most {LONGEST} characters; this one has {len(name)}.")
    return name


def copy_name(name: str, taken: set[str]) -> str:
    """Return the first free name for a copy: “Company pulse (copy)”, “Company pulse (copy 2)”."""
    for number in count(1):
        suffix = " (copy)" if number == 1 else f" (copy {number})"
        candidate = name[: LONGEST - len(suffix)] + suffix
        if candidate not in taken:
            return candidate
    raise AssertionError("count() does not end")
