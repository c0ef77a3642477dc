from collections.abc import Callable, Iterable
from functools import wraps

from allauth.account import urls as theirs
from allauth.account import views as their_views
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from operant.platform import tenancy
from operant.platform.tenancy import ids

from . import entrance, history, mail, oidc, passkeys, recovery, security, sessions, views
from .guesses import few

ids.register("session", "ses")


def at_reception(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return the patterns with each view where rows about people are reached."""
    return [URLPattern(each.pattern, _at_reception(each.callback), each.default_args, each.name) for each in patterns]


def _at_reception(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def received(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with tenancy.reception():
            response = view(request, *args, **kwargs)
            # allauth's pages are written after their view, and ask more.
            return response.render() if hasattr(response, "render") else response

    return received


urlpatterns = at_reception([
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
    path("me/log", history.log, name="account_log"),
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
])


# allauth's own pages; the one for signing in may ask the browser for a passkey, a first password asks whether it is still
# its person, those for codes take few at once, and the page for addresses is ours.
AROUND = {
    "account_login": entrance.sign_in, "account_set_password": security.first_password,
    **{
        name: few(getattr(their_views, name.removeprefix("account_")))
        for name in (
            "account_email_verification_sent", "account_confirm_login_code", "account_confirm_password_reset_code",
        )
    },
}  # fmt: skip
allauth = at_reception(
    path(str(each.pattern), AROUND[each.name], name=each.name) if each.name in AROUND else each
    for each in theirs.urlpatterns
    if each.name != "account_email"
)
