from operant.platform.events import Event, Personal, Private, Told


class ProfileChanged(
    Event, name="accounts.profile.changed", told=Told(audit="{name} changed their profile", live=("me",))
):
    """Somebody changed their name or how they read times."""

    name: Personal


class PasswordChanged(
    Event, name="accounts.password.changed", told=Told(audit="{name} has a new password", live=("me",))
):
    """Somebody set a password for the first time, changed it, or set a new one after losing it."""

    name: Personal


class SignedIn(
    Event, name="accounts.person.signed_in", told=Told(audit="{name} signed in ({factor})", live=("me",))
):
    """Somebody signed in."""

    name: Personal
    factor: str
    browser: str
    place: str
    from_ip: Private


class SignedOut(Event, name="accounts.person.signed_out", told=Told(audit="{name} signed out", live=("me",))):
    """Somebody signed out in one browser."""

    name: Personal


class SessionsEnded(
    Event, name="accounts.sessions.ended", told=Told(audit="{name} ended sessions elsewhere: {count}", live=("me",))
):
    """Somebody signed other browsers out, or a new password did."""

    name: Personal
    count: int
