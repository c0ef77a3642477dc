from datetime import timedelta
from uuid import UUID

from django.conf import settings

from operant.platform import queue, retention, tenancy

from . import actions
from .actions import mail, recovery, signing_in, signing_up

queue.register_wait("recovery", job="accounts.settle_recoveries")
queue.every(timedelta(hours=6), job="accounts.forget_sessions")
queue.every(timedelta(hours=1), job="accounts.forget_mail_changes")
retention.keep(
    "sessions", "Sessions of browsers, sealed", kept=timedelta(seconds=settings.SESSION_COOKIE_AGE),
    since="after they were last changed", chore="accounts.forget_sessions",
)  # fmt: skip
queue.every(timedelta(hours=1), job="accounts.forget_attempts")
retention.keep("sign_ins", "Attempts to sign in to an account", kept=None, since="as long as the account stands")
retention.keep(
    "sign_ups", "Sign-ups: network address, verdict and a keyed hash of the mail address",
    kept=timedelta(days=settings.SIGN_UP_DAYS) or None, chore="accounts.forget_attempts",
    since="after the sign-up" if settings.SIGN_UP_DAYS else "for ever, against spam, unless OPERANT_SIGN_UP_DAYS says less",
)  # fmt: skip


@queue.job("accounts.forget_sessions")
def forget_sessions() -> None:
    actions.forget_sessions()


@queue.job("accounts.forget_mail_changes")
def forget_mail_changes() -> None:
    mail.forget_changes()


@queue.job("accounts.forget_attempts")
def forget_attempts() -> None:
    signing_in.forget_attempts()
    signing_up.forget()


@queue.job("accounts.tell_of_attack")
def tell_of_attack(*, sign_in_id: str) -> None:
    signing_in.tell_of_attack(sign_in_id=UUID(sign_in_id))


@queue.job("accounts.settle_recoveries")
def settle_recoveries(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        for each in ids:
            recovery.finish(recovery_id=UUID(each))
