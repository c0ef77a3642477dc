from operant.platform.events import Event, Personal, Told


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
