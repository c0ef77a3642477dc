from datetime import timedelta

from operant.platform import queue

from . import actions

queue.every(timedelta(hours=6), job="accounts.forget_sessions")


@queue.job("accounts.forget_sessions")
def forget_sessions() -> None:
    actions.forget_sessions()
