"""Between a password that was right and the session: a sign-in that stops there is written down as well."""

from typing import Any

from allauth.account.stages import LoginByCodeStage
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare

from . import hooks

BEGUN, FOR = "sign_in", "begun_for"


class Begun:
    """A stage that leaves a row when it begins. The one that is written at its end takes its place."""

    request: Any
    login: Any
    state: dict[str, Any]

    def handle(self) -> tuple[HttpResponse | None, bool]:
        response, goes_on = super().handle()  # type: ignore[misc]
        if response and BEGUN not in self.state:
            self.state[BEGUN] = str(hooks.begun(self.request, self.login.user).pk)
            self.state[FOR] = self.login.user.get_session_auth_hash()
        return response, goes_on

    @property
    def has_ended(self) -> bool:
        """Whether the person's password or address changed since, or their sessions were ended."""
        return not constant_time_compare(self.state.get(FOR, ""), self.login.user.get_session_auth_hash())

    def exit(self) -> HttpResponse:
        if self.has_ended:
            return self.abort()  # type: ignore[attr-defined]
        self.request.begun = self.state.get(BEGUN)
        return super().exit()  # type: ignore[misc]


class SecondFactor(Begun, AuthenticateStage):
    """allauth's, for those who have a second factor."""


class MailCode(Begun, LoginByCodeStage):
    """allauth's, for those whom `floods` asks."""
