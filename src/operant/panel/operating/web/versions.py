from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Table

from ..queries import releases
from ..queries.releases import Hole
from .guarding import for_operators


@for_operators
def versions(request: HttpRequest) -> HttpResponse:
    running = Table(
        releases.releases(), request, name="releases", label="What runs", prefix="r-",
        columns=[Column("name", "What"), Column("version", "Version"), Column("note", "To know", phone=True)],
    )  # fmt: skip
    holes = Table(
        releases.holes(), request, name="holes", label="Known holes in PostgreSQL",
        columns=[
            Column("name", "Hole"),
            Column("is_open", "This server", cell=_state, value=lambda hole: "open" if hole.is_open else "mended"),
            Column("meaning", "What it lets somebody do", phone=True, value=lambda hole: capfirst(hole.meaning)),
            Column("mended", "Mended in", align="end"),
        ],
    )  # fmt: skip
    return holes.respond("operating/versions.html", {"running": running, "known_until": releases.known_until()})


def _state(hole: Hole) -> str:
    return cells.status("warning", "Open") if hole.is_open else cells.status("success", "Mended")
