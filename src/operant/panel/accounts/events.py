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


class MailChanged(
    Event, name="accounts.mail.changed", told=Told(audit="{name} changed their address from {before} to {now}", live=("me",))
):
    """Somebody signs in with another mail address from now on; both the old and the new one confirmed it."""

    name: Personal
    before: Personal
    now: Personal


class IdentityConnected(
    Event, name="accounts.identity.connected", told=Told(audit="{name} connected their account at {provider}", live=("me",))
):
    """Somebody can sign in with an account they have elsewhere."""

    name: Personal
    provider: str


class IdentityDisconnected(
    Event, name="accounts.identity.disconnected",
    told=Told(audit="{name} disconnected their account at {provider}", live=("me",)),
):
    """Somebody can no longer sign in with an account they have elsewhere."""

    name: Personal
    provider: str
