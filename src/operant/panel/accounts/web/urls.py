from allauth.account import urls as allauth
from django.urls import path

from operant.platform.tenancy import ids

from . import entrance, passkeys, recovery, security, sessions, views

ids.register("session", "ses")

urlpatterns = [
    path("me/", views.profile, name="profile"),
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


# allauth's own pages; the one for signing in may ask the browser for a passkey.
allauth = [
    path("login/", entrance.sign_in, name=each.name) if each.name == "account_login" else each
    for each in allauth.urlpatterns
]
