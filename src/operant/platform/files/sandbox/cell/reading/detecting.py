"""Decide the type of each text column: guessed on a sample, then proven on every value of the file."""

from dataclasses import dataclass

from ..engine import Engine, named, quoted
from . import kinds
from .kinds import NOTHING, Kind

_MOST_CANDIDATES = 4
_COLUMNS_AT_ONCE = 50
_NOTHING_SQL = ", ".join(quoted(text) for text in sorted(NOTHING))


@dataclass
class Found:
    """What a text column holds; no kind means that it stays text, also where its numbers are too long for one."""

    kind: Kind | None = None
    ambiguous: bool = False
    nothings: int = 0
    is_long: bool = False

    @property
    def type(self) -> str:
        return self.kind.type if self.kind else "text"

    def value(self, column: str) -> str:
        """SQL for the values, once every one of them is known to be of this kind."""
        if self.kind is None:
            return named(column)
        text = f"trim({named(column)})"
        made = self.kind.sql.replace("{v}", text)
        return f"CASE WHEN {text} NOT IN ({_NOTHING_SQL}) THEN {made} END" if self.nothings else made


def decide(engine: Engine, table: str, columns: list[str], sample: list[list[str]], comma: bool) -> list[Found]:
    """What each column of `table` (all text) holds, in order."""
    found = [Found() for _ in columns]
    waiting = {}
    for number in range(len(columns)):
        guesses = _guess([row[number].strip() for row in sample if number < len(row)], comma)
        if guesses:
            waiting[number] = guesses
    while waiting:
        some = list(waiting)[:_COLUMNS_AT_ONCE]
        tried = {number: waiting[number].pop(0) for number in some}
        for number, proof in zip(some, _prove(engine, table, columns, tried), strict=True):
            _settle(found[number], tried[number], proof)
            if found[number].kind or found[number].ambiguous or not waiting[number]:
                del waiting[number]
    return found


def _guess(cells: list[str], comma: bool) -> list[Kind]:
    values = {cell for cell in cells if cell and cell not in NOTHING}
    if not values:
        # Nothing to see in the sample: the whole column is asked for the plainest kinds.
        return [kinds.INTEGER, kinds.COMMA if comma else kinds.POINT, kinds.DATE] if not any(cells) else []
    fitting = kinds.kinds(comma)
    for value in values:
        fitting = [kind for kind in fitting if kind.fits(value)]
        if not fitting:
            break
    return fitting[:_MOST_CANDIDATES]


@dataclass(frozen=True)
class _Proof:
    values: int
    failures: int
    nothings: int
    rival_failures: int


def _prove(engine: Engine, table: str, columns: list[str], tried: dict[int, Kind]) -> list[_Proof]:
    made, counts = [], []
    for number, kind in tried.items():
        rival = kinds.RIVALS.get(kind, kind)
        made.append(f"trim({named(columns[number])}) AS t{number}, {kind.value(f't{number}')} AS v{number}")
        made.append(f"{rival.value(f't{number}') if rival is not kind else 'v' + str(number)} AS r{number}")
        nothing, wrong = f"t{number} IN ({_NOTHING_SQL})", f"t{number} NOT IN ('', {_NOTHING_SQL})"
        counts.append(f"count(v{number})")
        counts.append(f"count(*) FILTER (v{number} IS NULL AND {wrong})")
        counts.append(f"count(*) FILTER (v{number} IS NULL AND {nothing})")
        counts.append(f"count(*) FILTER (r{number} IS NULL AND {wrong})")
    totals = engine.rows(f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(made)} FROM {table})")[0]
    return [_Proof(*totals[start : start + 4]) for start in range(0, len(totals), 4)]


def _settle(found: Found, kind: Kind, proof: _Proof) -> None:
    rival = kinds.RIVALS.get(kind)
    found.nothings = proof.nothings
    if rival is not None and not proof.failures and not proof.rival_failures:
        found.ambiguous = True
    elif not proof.failures and proof.values:
        found.kind, found.is_long = (None, True) if kind is kinds.LONG else (kind, False)
