import re
import unicodedata
from collections.abc import Iterable
from itertools import chain, count
from pathlib import PurePath

from operant.platform.refusals import Invalid

LONGEST = 120
LONGEST_TABLE = 50
# As long as a table's name may be in PostgreSQL.
LONGEST_SPELLED = 63
LONGEST_FOLDER = 60
LONGEST_TAG, MOST_TAGS = 30, 10
# Words that SQL would not take as a table's name without quotes.
_RESERVED = (
    "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create "
    "default deferrable desc describe distinct do else end except false fetch for foreign from grant group having "
    "in initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer "
    "pivot_wider placing primary qualify references returning select show some summarize symmetric table then to "
    "trailing true union unique unpivot using variadic when where window with "
    # what DuckDB takes for a function or a join, so that a column of that name needs quotes as well
    "anti asof at by glob positional semi unpack "
    # and what PostgreSQL keeps for itself
    "authorization binary collation concurrently cross current_catalog current_date current_role current_schema "
    "current_time current_timestamp current_user freeze full ilike inner is isnull join left like localtime "
    "localtimestamp natural notnull outer overlaps right session_user similar system_user tablesample user verbose"
)
RESERVED = frozenset(_RESERVED.split())


# As the columns of a file are spelled, so that one query does not spell a word in two ways.
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a"})


def clean(name: str, noun: str) -> str:
    """
    Return a name without space around it and within it.

    :raises Invalid: when nothing is left of it, or it is too long.
    """
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Invalid(f"{noun} needs a name.")
    if len(name) > LONGEST:
        raise Invalid(f"A name has at most {LONGEST} characters; this one has {len(name)}.")
    return name


def filed(folder: str, tags: Iterable[str]) -> tuple[str, list[str]]:
    """
    Return the folder and the tags of a dashboard without space around them; tags as `tagged` says.

    :raises Invalid: when one is too long, there are too many tags, or a tag has a comma.
    """
    folder = " ".join(folder.replace("\0", "").split())
    if len(folder) > LONGEST_FOLDER:
        raise Invalid(f"A folder's name has at most {LONGEST_FOLDER} characters; this one has {len(folder)}.")
    return folder, tagged(tags, "A dashboard")


def tagged(tags: Iterable[str], noun: str) -> list[str]:
    """
    Return tags without space around them, in order, and once however they are written.

    :raises Invalid: when one is too long, there are too many, or one has a comma.
    """
    once = {tag.casefold(): tag for tag in (" ".join(each.replace("\0", "").split()) for each in tags) if tag}
    if len(once) > MOST_TAGS:
        raise Invalid(f"{noun} has at most {MOST_TAGS} tags; these are {len(once)}.")
    for tag in once.values():
        if len(tag) > LONGEST_TAG or "," in tag:
            raise Invalid(f"A tag has at most {LONGEST_TAG} characters and no comma: “{tag[:LONGEST_TAG]}” is none.")
    return [once[key] for key in sorted(once)]


def copy_name(name: str, taken: set[str]) -> str:
    """Return the first free name for a copy: “Company pulse (copy)”, “Company pulse (copy 2)”."""
    return numbered(name, taken, first=" (copy)", later=" (copy {})", longest=LONGEST)


def numbered(name: str, taken: set[str], *, first: str = "", later: str, longest: int) -> str:
    """Return the first name that is not taken: with `first` behind it, or with `later` and a number from 2 on in it."""
    for ending in chain([first], (later.format(number) for number in count(2))):
        candidate = name[: longest - len(ending)] + ending
        if candidate not in taken:
            break
    return candidate


def spelled(words: Iterable[str], taken: set[str]) -> list[str]:
    """Return words as names of columns: as long as every database takes them, and no two the same however they are written."""
    lower, found = {each.casefold() for each in taken}, []
    for word in words:
        endings = chain([""], (f" ({number})" for number in count(2)))
        names = (_cut(word, LONGEST_SPELLED - len(ending)) + ending for ending in endings)
        name = next(each for each in names if each.casefold() not in lower)
        lower.add(name.casefold())
        found.append(name)
    return found


def _cut(word: str, most_bytes: int) -> str:
    return word.encode()[:most_bytes].decode(errors="ignore").rstrip()


def name_of_file(file_name: str) -> str:
    """Return what a source is called at first: “Orders 2026” for “orders_2026.csv”."""
    words = " ".join(re.split(r"[\s_-]+", PurePath(file_name).stem)).strip()[:LONGEST]
    return words[:1].upper() + words[1:] or "Data"


def table_name(name: str, taken: set[str]) -> str:
    """Return a free name for a source's table that SQL takes without quotes."""
    spelled = unicodedata.normalize("NFC", name.lower()).translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_TABLE].strip("_") or "data"
    if stem[0].isdigit() or stem in RESERVED:
        stem = f"data_{stem}"
    return numbered(stem, taken, later="_{}", longest=LONGEST_SPELLED)
