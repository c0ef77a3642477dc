from django.urls import path

from operant.platform.tenancy import ids

from . import views

ids.register("token", "tok")

inside = [
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<token:token_id>/revocation", views.revocation, name="token_revocation"),
]
