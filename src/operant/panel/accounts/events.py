from operant.platform.events import Event, Personal, Private, Told


class SignedUp(Event, name="accounts.person.signed_up", told=Told(audit="{name} signed up", live=("me",))):
    """Somebody made an account; their browser said beforehand whether they opt out of what is not needed for it."""

    person_id: Private
    name: Personal
    opts_out: bool


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


class FactorAdded(
    Event, name="accounts.factor.added", told=Told(audit="{name} added a second factor: {factor}", live=("me",))
):
    """Somebody added an authenticator app or a passkey to their account."""

    name: Personal
    factor: str


class FactorRemoved(
    Event, name="accounts.factor.removed", told=Told(audit="{name} removed a second factor: {factor}", live=("me",))
):
    """Somebody removed an authenticator app or a passkey from their account."""

    name: Personal
    factor: str


class PasskeyRenamed(
    Event, name="accounts.passkey.renamed", told=Told(audit="{name} renamed a passkey from {before} to {now}", live=("me",))
):
    """Somebody gave one of their passkeys another name."""

    name: Personal
    before: Personal
    now: Personal


class BackupCodesMade(
    Event, name="accounts.backup_codes.made", told=Told(audit="{name} has new backup codes", live=("me",))
):
    """Somebody got ten new backup codes. Those from before no longer work."""

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


class BackupCodeUsed(
    Event, name="accounts.backup_code.used", told=Told(audit="{name} used a backup code; {left} are left", live=("me",))
):
    """Somebody used a backup code in place of their second factor."""

    name: Personal
    left: int


class SessionsEnded(
    Event, name="accounts.sessions.ended", told=Told(audit="{name} ended sessions elsewhere: {count}", live=("me",))
):
    """Somebody signed other browsers out, or a new password or address did."""

    name: Personal
    count: int


class RecoveryAsked(
    Event, name="accounts.recovery.asked", told=Told(audit="{name} lost their second factor and asked to be let in")
):
    """Somebody who knows a password and reads the account's mail asked to be let in without the second factor."""

    recovery_id: str
    person_id: Private
    name: Personal


class RecoveryCanceled(
    Event, name="accounts.recovery.canceled", told=Told(audit="The request of {name} to be let in was canceled")
):
    """A request to be let in without a second factor was canceled, by its mail or because the factor was shown."""

    recovery_id: str
    person_id: Private
    name: Personal


class RecoveryDone(
    Event, name="accounts.recovery.done", told=Told(audit="{name} was let in without their second factors, which are removed")
):
    """All second factors of somebody who lost them were removed, and all their sessions ended."""

    recovery_id: str
    person_id: Private
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


class CopyTaken(
    Event, name="accounts.copy.taken",
    told=Told(audit="{name} downloaded a copy of what Operant holds about them", live=("me",)),
):
    """Somebody downloaded a copy of everything that is held about them."""

    name: Personal
