from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from operant.panel.accounts import actions, queries

from .forms import ProfileForm


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    person = request.user
    form = ProfileForm(request.POST or None, initial={"name": person.name, "time_zone": person.time_zone})
    if request.method == "POST" and form.is_valid():
        actions.change_profile(person=person, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


profile.auth = "person"  # the inventory of routes asks


def welcome(request: HttpRequest, key: str, token: str) -> HttpResponse:
    person = queries.welcomed(key, token)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_first_password(person=person, password=form.cleaned_data["new_password1"])
        # By way of allauth: whoever has a second factor is asked for it here as anywhere.
        return perform_password_login(request, {"email": person.email}, Login(user=person, email=person.email))
    context = {"form": form, "person": person}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)
