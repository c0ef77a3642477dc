from operant.platform.events import Event, Personal, Told


class WishesChanged(
    Event, name="notifications.wishes.changed",
    told=Told(audit="{name} changed which notifications they get: {changes}", live=("me",)),
):
    """Somebody chose which categories reach them on which channel, or when their mails come."""

    name: Personal
    changes: str


class MailStopped(
    Event, name="notifications.mail.stopped",
    told=Told(audit="{name} ended mails about {category} with the link in one", live=("me",)),
):
    """The link in a mail was used to end mails of its category. Whoever has the mail can do that, signed in or not."""

    name: Personal
    category: str


class MailResumed(
    Event, name="notifications.mail.resumed",
    told=Told(audit="{name} took up mails about {category} again with the link in one", live=("me",)),
):
    """The link in a mail was used to get mails of its category again."""

    name: Personal
    category: str
