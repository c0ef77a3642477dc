from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Table

from ..queries import health, organizations
from ..queries.health import Fact
from .guarding import for_operators


@for_operators
def overview(request: HttpRequest) -> HttpResponse:
    facts, told = health.facts(request.user.pk), organizations.everyone(request.user.pk)
    table = Table(
        facts, request, name="health", label="Health",
        columns=[
            Column("name", "What", cell=_named),
            Column("tone", "State", cell=lambda fact: cells.status(fact.tone, fact.word), value=lambda fact: fact.word),
            Column("says", "What is known", phone=True),
        ],
    )  # fmt: skip
    context = {
        "bad": sum(fact.tone in {"warning", "error"} for fact in facts),
        "organizations": sum(each.state != "operator" for each in told),
        "active": sum(each.state == "active" for each in told),
        "screens": sum(each.screens for each in told),
        "people": sum(each.people for each in told),
    }
    return table.respond("operating/overview.html", context)


def _named(fact: Fact) -> str:
    return cells.link(reverse(fact.url_name), fact.name) if fact.url_name else fact.name
