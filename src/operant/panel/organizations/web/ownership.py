from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from operant.panel.accounts.reauthentication import recently

from .. import actions, queries, rules
from .forms import HandOverForm


@require_http_methods(["GET", "HEAD", "POST"])
@rules.requires(rules.hand_over)
@recently
def ownership(request: HttpRequest) -> HttpResponse:
    others = [each for each in queries.members() if each.pk != request.membership.pk]
    form = HandOverForm(request.POST or None, members=others, name=request.organization.name)
    if request.method == "POST" and form.is_valid():
        member = actions.hand_over(by=request.membership, member=form.cleaned_data["member"])
        messages.success(request, f"{member.person.name} owns {request.organization.name} now. You are an admin.")
        return redirect("people", request.organization.slug)
    context = {"form": form, "others": others}
    return render(request, "organizations/ownership.html", context, status=422 if form.errors else 200)
