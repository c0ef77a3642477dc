from django.http import HttpRequest

from operant.platform import api

from .. import actions, causes, logbook, queries, rules
from .run_shapes import Budget, BudgetBody, KeptQuery, ResultId, Run
from .scopes import READ, WRITE
from .shapes import SourceId
from .sources import ONE

routes = api.Routes("Runs")
QUERY = ONE + "/queries/{result:result_id}"


@routes.get(ONE + "/runs", needs=READ, rule=rules.see, gives=api.Page[Run])
def list_runs(request: HttpRequest, source_id: SourceId, paging: api.Query[api.Paging]):
    """List when a source was asked in the last two weeks, why and what came of it, the newest first."""
    return paging.of(logbook.runs(queries.source(source_id)), Run.of, by="at", down=True)


@routes.get(QUERY + "/runs", needs=READ, rule=rules.see, gives=api.Page[Run])
def list_runs_of_query(request: HttpRequest, source_id: SourceId, result_id: ResultId, paging: api.Query[api.Paging]):
    """List the runs of one query in the last two weeks, the newest first."""
    source = queries.source(source_id)
    return paging.of(logbook.runs(source, key=logbook.asked_key(logbook.result(source, result_id))), Run.of, by="at", down=True)


@routes.post(QUERY + "/runs", needs=WRITE, rule=rules.ask, gives=KeptQuery)
def run_query(request: HttpRequest, source_id: SourceId, result_id: ResultId):
    """Have a query asked now. Every screen that shows it gets the answer; look at its runs for how it went."""
    source = queries.source(source_id)
    actions.ask_now(result=logbook.result(source, result_id), cause=causes.PROGRAM)
    return KeptQuery.of(logbook.result(source, result_id))


@routes.get(ONE + "/budget", needs=READ, rule=rules.see, gives=Budget)
def get_budget(request: HttpRequest, source_id: SourceId):
    """Look at how much a source may be asked within an hour, and what the last hour came to."""
    return Budget.of(queries.source(source_id))


@routes.put(ONE + "/budget", needs=WRITE, rule=rules.change_sources, gives=Budget)
def set_budget(request: HttpRequest, source_id: SourceId, body: BudgetBody):
    """Say how much a source may be asked within an hour. Once that is spent, widgets keep what they show and say why."""
    source = queries.source(source_id)
    return Budget.of(actions.set_budget(source=source, runs=body.runs, seconds=body.seconds, by=request.auth.actor))
