from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from operant.panel.accounts.reauthentication import recently
from operant.platform.ui import toasts

from .. import rules
from ..actions import vouching
from ..models import Vouching


@require_POST
@rules.requires(rules.vouch)
@recently
def confirmation(request: HttpRequest, vouching_id: UUID) -> HttpResponse:
    asked = get_object_or_404(Vouching.objects.select_related("person"), pk=vouching_id)
    vouching.give(vouching=asked, by=request.membership)
    toasts.done(request, f"You confirmed that it is {asked.person.name}.")
    return redirect("people", request.organization.slug)
