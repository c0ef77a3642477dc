from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from operant.panel.accounts import actions, queries
from operant.platform.refusals import Gone
from operant.platform.ui import toasts

from .forms import ProfileForm

BEFORE = "profile_before"
"""Under which a session keeps what the last save of a profile replaced."""


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    before = {name: getattr(request.user, name) for name in ("name", "time_zone", "locale")}
    form = ProfileForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(person=request.user, **form.cleaned_data)
        if any(getattr(request.user, name) != value for name, value in before.items()):
            request.session[BEFORE] = before
            toasts.done(request, "Your profile is saved.", undo=reverse("profile_return"))
        else:
            toasts.done(request, "Your profile is as it was: nothing was changed.")
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_required
def profile_return(request: HttpRequest) -> HttpResponse:
    before = request.session.pop(BEFORE, None)
    if before is None:
        raise Gone("There is nothing to take back: your profile is as you last saved it.")
    actions.change_profile(person=request.user, **before)
    toasts.done(request, "Your profile is as it was.")
    return redirect("profile")


for view in (profile, profile_return):
    view.auth = "person"  # the inventory of routes asks


def welcome(request: HttpRequest, key: str, token: str) -> HttpResponse:
    person = queries.welcomed(key, token)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_first_password(person=person, password=form.cleaned_data["new_password1"])
        # By way of allauth: whoever has a second factor is asked for it here as anywhere.
        return perform_password_login(request, {"email": person.email}, Login(user=person, email=person.email))
    context = {"form": form, "person": person}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)
