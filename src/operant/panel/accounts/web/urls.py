from allauth.account import urls as theirs
from django.urls import path

from operant.platform.tenancy import ids

from . import entrance, mail, oidc, passkeys, recovery, security, sessions, views

ids.register("session", "ses")

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
    path("me/security/", security.security, name="security"),
    path("me/security/app", security.app, name="factor_app"),
    path("me/security/passkeys/new", security.new_passkey, name="new_passkey"),
    path("me/security/passkeys/options", passkeys.creation, name="passkey_creation"),
    path("me/security/passkeys/<uuid:key>/name", security.passkey_name, name="passkey_name"),
    path("me/security/factors/<uuid:key>/removal", security.removal, name="factor_removal"),
    path("me/security/backup-codes", security.backup_codes, name="backup_codes"),
    path("me/sessions/", sessions.sessions, name="sessions"),
    path("me/sessions/others/ending", sessions.other_sessions_ending, name="other_sessions_ending"),
    path("me/sessions/<session:session_id>/ending", sessions.session_ending, name="session_ending"),
    path("accounts/oidc/", oidc.begin, name="oidc"),
    path("accounts/oidc/callback", oidc.callback, name="oidc_callback"),
    path("accounts/oidc/sign-up/", oidc.sign_up, name="socialaccount_signup"),
    path("accounts/reauthenticate/oidc/", oidc.again, name="oidc_again"),
    path("welcome/<str:key>/<str:token>/", views.welcome, name="welcome"),
    # Names that allauth asks for: its stage after the password, and its way to ask again.
    path("accounts/login/factor/", entrance.second_factor, name="mfa_authenticate"),
    path("accounts/login/recovery/", recovery.lost, name="recovery"),
    path("recovery/<str:secret>/", recovery.cancellation, name="recovery_cancellation"),
    path("me/security/recovery/withdrawal", recovery.withdrawal, name="recovery_withdrawal"),
    path("accounts/reauthenticate/factor/", entrance.again, name="mfa_reauthenticate"),
    path("accounts/login/passkey/", entrance.passkey, name="passkey_sign_in"),
    path("accounts/login/passkey/options", passkeys.challenge, name="passkey_options"),
]


# allauth's own pages; the one for signing in may ask the browser for a passkey, and the one for addresses is ours.
allauth = [
    path("login/", entrance.sign_in, name=each.name) if each.name == "account_login" else each
    for each in theirs.urlpatterns
    if each.name != "account_email"
]
