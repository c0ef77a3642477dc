from django.http import HttpRequest, HttpResponse

from operant.platform import retention
from operant.platform.tenancy.counts import SMALLEST_GROUP
from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Table

from ..queries import usage
from .guarding import for_operators

EMPTY = Empty(
    f"In no week that is over did {SMALLEST_GROUP} organizations or more use the same feature.", "lucide--chart-no-axes-column"
)


@for_operators
def features(request: HttpRequest) -> HttpResponse:
    table = Table(
        usage.features(request.user.pk), request, name="usage", label="Features", search=["feature"],
        search_label="Search features", default_sort="-uses", empty=EMPTY,
        columns=[
            Column("feature", "Feature", sort=True),
            Column("uses", "Times", sort=True, align="end", phone=True),
            Column("most_organizations", "Organizations in a week", sort=True, align="end"),
            Column("weeks", "Weeks", sort=True, align="end"),
            Column("last_week", "Last week of use", sort=True, align="end"),
        ],
    )  # fmt: skip
    return table.respond("operating/usage.html", {"smallest": SMALLEST_GROUP})


@for_operators
def retained(request: HttpRequest) -> HttpResponse:
    table = Table(
        retention.kinds(), request, name="retention", label="What is kept", search=["what"], search_label="Search",
        columns=[
            Column("what", "What", sort=True),
            Column("period", "How long", phone=True),
            Column("chore", "Let go by", cell=lambda kind: cells.quiet(kind.chore) if kind.chore else cells.NOTHING),
        ],
    )  # fmt: skip
    return table.respond("operating/retention.html")
