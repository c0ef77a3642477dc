from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import history

# By the longest beginning of a fact's name; the literals are what the scanner of styles reads.
ICONS = {
    "accounts.": "lucide--circle-user-round", "accounts.person.signed_in": "lucide--log-in",
    "accounts.person.signed_out": "lucide--log-out", "accounts.sessions.": "lucide--monitor-smartphone",
    "accounts.password.": "lucide--lock-keyhole", "accounts.factor.": "lucide--shield-check",
    "accounts.passkey.": "lucide--fingerprint", "accounts.backup_code": "lucide--key-round",
    "accounts.recovery.": "lucide--life-buoy", "accounts.mail.": "lucide--mail", "accounts.identity.": "lucide--plug",
    "notifications.": "lucide--bell",
}  # fmt: skip


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")[:400]
    page = history.of(request.user, after=after)
    entries = [{"line": each, "icon": _icon(each.name)} for each in page.entries]
    return render(request, "accounts/log.html", {"entries": entries, "next": page.next, "is_first": not after})


log.auth = "person"


def _icon(name: str) -> str:
    known = [start for start in ICONS if name.startswith(start)]
    return ICONS[max(known, key=len)] if known else "lucide--dot"
