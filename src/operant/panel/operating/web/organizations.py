from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat

from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Filter, Table

from ..queries import organizations
from ..queries.organizations import Told
from .guarding import for_operators

STATES = {
    "operator": ("muted", "Operator", "lucide--wrench"),
    "active": ("success", "Active", ""),
    "quiet": ("muted", "Quiet for a month", "lucide--moon"),
    "new": ("info", "New", "lucide--sparkles"),
}
EMPTY = Empty("No organization was founded yet.", "lucide--building-2")


@for_operators
def everyone(request: HttpRequest) -> HttpResponse:
    table = Table(
        organizations.everyone(request.user.pk), request, name="organizations", label="Organizations",
        search=["name", "slug"], search_label="Search by name or address", default_sort="name", empty=EMPTY,
        filters=[Filter("state", "State", [(key, words) for key, (_, words, _) in STATES.items()], any_label="Any state")],
        columns=[
            Column("name", "Organization", sort=True, cell=_named),
            Column("state", "State", sort=True, cell=_state),
            Column("people", "People", sort=True, align="end"),
            Column("screens", "Screens", sort=True, align="end"),
            Column("bytes", "Files", sort=True, align="end", cell=lambda told: filesizeformat(told.bytes)),
            Column("last_on", "Last used", sort=True, align="end"),
            Column("created_at", "Founded", sort=True, align="end", phone=True),
        ],
    )  # fmt: skip
    return table.respond("operating/organizations.html")


def _named(told: Told) -> str:
    return cells.two_lines(told.name, f"/o/{told.slug}/")


def _state(told: Told) -> str:
    tone, words, icon = STATES[told.state]
    return cells.status(tone, words, icon=icon)
