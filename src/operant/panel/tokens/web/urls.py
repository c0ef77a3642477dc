from django.urls import path

from operant.platform.tenancy import ids

from . import views

ids.register("token", "tok")

inside = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<token:token_id>/revocation", views.revocation, name="token_revocation"),
]
