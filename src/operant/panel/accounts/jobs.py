from datetime import timedelta

from django.conf import settings

from operant.platform import queue, retention

from . import actions

queue.every(timedelta(hours=6), job="accounts.forget_sessions")
retention.keep(
    "sessions", "Sessions of browsers, sealed", kept=timedelta(seconds=settings.SESSION_COOKIE_AGE),
    since="after they were last changed", chore="accounts.forget_sessions",
)  # fmt: skip


@queue.job("accounts.forget_sessions")
def forget_sessions() -> None:
    actions.forget_sessions()
