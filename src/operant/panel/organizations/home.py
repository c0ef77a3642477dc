"""What stands on an organization's home: rooms above say what needs somebody, and what a first step is."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from operant.platform.events import CATALOGUE

from .models import Role
from .rules import Member, Rule, at_least

# As the audit log has it: what no room speaks for may be about anybody, in the operator's organization about everybody.
ALL_FACTS = at_least(Role.ADMIN)


@dataclass(frozen=True)
class Need:
    """Something that waits for a person: a sentence, where to act, and how bad it is (`warning` or `error`)."""

    sentence: str
    url: str
    action: str
    level: str = "warning"


@dataclass(frozen=True)
class Step:
    """One of the first steps of a new organization, and whether it is done."""

    title: str
    sentence: str
    url: str
    action: str
    is_done: bool


_facts: dict[str, tuple[str, Rule]] = {}
_needs: list[Callable[[HttpRequest], list[Need]]] = []
_steps: list[tuple[int, Callable[[HttpRequest], list[Step]]]] = []


def register_facts(facts: str, icon: str, seen_by: Rule = ALL_FACTS) -> None:
    """Let a room say how its facts look in the list of changes, and who sees them; `facts` is how their names begin."""
    _facts[facts] = icon, seen_by


def icon(fact: str) -> str:
    """Return the icon of a fact by its name: that of the longest beginning a room has named."""
    return _of(fact)[0]


def facts_for(member: Member) -> list[str] | None:
    """Return the names of the facts that a member sees in the list of changes, or None for every fact."""
    return None if ALL_FACTS(member) else [name for name in CATALOGUE if _of(name)[1](member)]


def _of(fact: str) -> tuple[str, Rule]:
    known = [facts for facts in _facts if fact.startswith(facts)]
    return _facts[max(known, key=len)] if known else ("lucide--dot", ALL_FACTS)


def register_needs(provider: Callable[[HttpRequest], list[Need]]) -> None:
    """Let a room say what needs this person today. Called in the organization's scope."""
    _needs.append(provider)


def register_steps(order: int, provider: Callable[[HttpRequest], list[Step]]) -> None:
    """Let a room offer first steps, shown by `order` until all are done. Called in the organization's scope."""
    _steps.append((order, provider))


def needs(request: HttpRequest) -> list[Need]:
    """Return what needs this person now, the worst first."""
    found = [need for provider in _needs for need in provider(request)]
    return sorted(found, key=lambda need: need.level != "error")


def steps(request: HttpRequest) -> list[Step]:
    """Return the first steps, or none when all are done."""
    found = [step for _, provider in sorted(_steps, key=lambda each: each[0]) for step in provider(request)]
    return found if any(not step.is_done for step in found) else []
