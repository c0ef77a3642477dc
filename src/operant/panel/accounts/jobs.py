from datetime import timedelta

from operant.platform import queue

from . import actions
from .actions import mail

queue.every(timedelta(hours=6), job="accounts.forget_sessions")
queue.every(timedelta(hours=1), job="accounts.forget_mail_changes")


@queue.job("accounts.forget_sessions")
def forget_sessions() -> None:
    actions.forget_sessions()


@queue.job("accounts.forget_mail_changes")
def forget_mail_changes() -> None:
    mail.forget_changes()
