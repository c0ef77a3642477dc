from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from operant.panel.accounts import places, queries
from operant.panel.accounts.actions import ending
from operant.panel.accounts.models import Session, SignIn
from operant.panel.accounts.sessions import fingerprint
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table

PHONES = {"iOS", "Android"}


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    shown = [_shown(each, request) for each in queries.sessions(request.user)]
    # This one first: it is the one that somebody recognizes.
    shown.sort(key=lambda each: not each["is_this"])
    return _table(request).respond("accounts/sessions.html", {"sessions": shown})


@require_POST
@login_required
def session_ending(request: HttpRequest, session_id: UUID) -> HttpResponse:
    ending.end(person=request.user, sign_in_id=session_id)
    toasts.done(request, "That browser is signed out.")
    return redirect("sessions")


@require_POST
@login_required
def other_sessions_ending(request: HttpRequest) -> HttpResponse:
    ended = ending.end_others(person=request.user, key=request.session.session_key)
    told = {0: "Nobody else was signed in.", 1: "The other browser is signed out."}
    toasts.done(request, told.get(ended, f"{ended} other browsers are signed out."))
    return redirect("sessions")


for view in (sessions, session_ending, other_sessions_ending):
    view.auth = "person"  # the inventory of routes asks


def _shown(session: Session, request: HttpRequest) -> dict[str, object]:
    made = session.sign_in
    return {
        "id": session.sign_in_id, "seen_at": session.seen_at, "sign_in": made,
        "is_this": session.pk == fingerprint(request.session.session_key or ""),
        "is_phone": made is not None and made.system in PHONES,
        "device": queries.device(made) if made else "Signed in before sign-ins were kept",
        "place": places.name(made.country) if made else "",
    }


def _table(request: HttpRequest) -> Table:
    return Table(
        queries.sign_ins(request.user), request, name="sign-ins", label="Sign-in history", default_sort="-at",
        columns=[
            Column("at", "When", sort=True),
            Column("result", "Result", value=lambda each: each.get_result_display(), cell=_result),
            Column("factor", "With", value=_factor),
            Column("device", "Browser", value=queries.device),
            Column("country", "Place", value=lambda each: places.name(each.country), cell=_place),
            Column("ip", "Address"),
        ],
        filters=[Filter("result", "Result", SignIn.Result.choices, any_label="Any result")],
        empty=Empty("Nobody has tried to sign in to your account yet.", "lucide--log-in"),
    )  # fmt: skip


def _result(made: SignIn) -> str:
    if made.result == SignIn.Result.OK:
        return cells.status("muted", made.get_result_display(), icon="lucide--log-in")
    return cells.status("warning", made.get_result_display(), icon="lucide--shield-x")


def _factor(made: SignIn) -> str:
    told = queries.shown(made.factor)
    return told[:1].upper() + told[1:]


def _place(made: SignIn) -> str:
    return places.name(made.country) or cells.quiet("Unknown")
