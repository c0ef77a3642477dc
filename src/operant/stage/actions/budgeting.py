from operant.panel.accounts.models import Person
from operant.platform.events import announce
from operant.platform.refusals import Invalid

from .. import budgets, events
from ..models import Source
from . import watching


def set_budget(*, source: Source, runs: int | None, seconds: int | None, by: Person) -> Source:
    """
    This function will say how often, and for how many seconds, a source may be asked within an hour; None is no limit.

    What waited for the budget of before is asked again.

    :raises Invalid: when it is none.
    """
    for most, given in ((budgets.MOST_RUNS, runs), (budgets.MOST_SECONDS, seconds)):
        if given is not None and not 1 <= given <= most:
            raise Invalid(f"A budget is between 1 and {most:,}, or left empty.")
    if (source.budget_runs, source.budget_seconds) != (runs, seconds):
        source.budget_runs, source.budget_seconds = runs, seconds
        source.save(update_fields=["budget_runs", "budget_seconds"])
        watching.ask_held_again(source=source)
        announce(
            events.SourceBudgetChanged(
                source_id=source.public_id, name=source.name, budget=budgets.words(source), changed_by=by.name
            ),
            about=source,
        )
    return source
