from allauth.account import urls as theirs
from django.urls import path

from . import mail, oidc, views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/return", views.profile_return, name="profile_return"),
    # allauth's name, for its own links: its own page would change the address when only the new one confirms it.
    path("me/mail/", mail.mail, name="account_email"),
    path("me/mail/confirmation", mail.confirmation, name="mail_confirmation"),
    path("me/mail/cancellation", mail.cancellation, name="mail_cancellation"),
    path("me/identities/", oidc.mine, name="identities"),
    path("me/identities/offer", oidc.offer, name="identity_offer"),
    path("me/identities/<int:key>/removal", oidc.removal, name="identity_removal"),
    path("accounts/oidc/", oidc.begin, name="oidc"),
    path("accounts/oidc/callback", oidc.callback, name="oidc_callback"),
    path("accounts/oidc/sign-up/", oidc.sign_up, name="socialaccount_signup"),
    path("accounts/reauthenticate/oidc/", oidc.again, name="oidc_again"),
    path("welcome/<str:key>/<str:token>/", views.welcome, name="welcome"),
]

allauth = [each for each in theirs.urlpatterns if each.name != "account_email"]
