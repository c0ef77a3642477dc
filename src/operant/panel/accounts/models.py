import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models
from django.db.models.functions import Lower, Now
from django.utils.crypto import constant_time_compare, salted_hmac

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import CompareAndSet, TenantModel

RECOVERY_AFTER = timedelta(hours=72)

SEEN_EVERY = timedelta(minutes=5)


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, email: str | None) -> "Person":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do stands in their memberships, one per organization."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    locale = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "accounts_person"
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email")]
        # allauth asks for the address as it is kept. Without it that reads everybody, but only for one that nobody has.
        indexes = [models.Index(fields=["email"], name="person_by_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def end_sessions(self) -> None:
        """End all sessions of this person. The one at hand goes on with `update_session_auth_hash`."""
        Person.objects.filter(pk=self.pk).update(sessions_ended=models.F("sessions_ended") + 1)
        self.refresh_from_db(fields=["sessions_ended"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Each session carries it, so counting `sessions_ended` up ends them all, as a new password or address does.
        told = f"{self.password}:{self.email}:{self.sessions_ended}"
        return salted_hmac("accounts.session", told, secret=secret, algorithm="sha256").hexdigest()


class SignIn(models.Model):
    """
    An attempt to sign in, whether it succeeded or was refused: kept as long as the account it was for.

    What was typed is not kept: people type passwords into the wrong field. The database says when, so that attempts
    stand in order whatever the clock of the machine that answered.
    """

    class Result(models.TextChoices):
        OK = "ok", "Signed in"
        WRONG_PASSWORD = "wrong_password", "Wrong password"
        UNKNOWN_ADDRESS = "unknown_address", "Unknown address"
        WRONG_FACTOR = "wrong_factor", "Wrong second factor"
        WRONG_CODE = "wrong_code", "Wrong code from a mail"
        WRONG_ADDRESS = "wrong_address", "Address elsewhere not accepted"
        NOT_CONFIRMED = "not_confirmed", "Not confirmed again"
        LIMITED = "limited", "Too many attempts"
        UNFINISHED = "unfinished", "Second factor not shown"
        SWITCHED_OFF = "switched_off", "Account switched off"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sign_ins")
    at = models.DateTimeField(db_default=Now())
    ip = models.GenericIPAddressField()
    network = models.CharField(max_length=50)
    agent = models.CharField(max_length=300)
    browser = models.CharField(max_length=60)
    system = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    result = models.CharField(max_length=20, choices=Result)
    factor = models.CharField(max_length=60)

    class Meta:
        db_table = "accounts_sign_in"
        indexes = [
            models.Index(fields=["person", "-at"], name="sign_in_of_person"),
            models.Index(fields=["at"], name="sign_in_of_nobody", condition=models.Q(person=None)),
        ]


class SignUp(models.Model):
    """
    That somebody filled in the form of a sign-up, and what became of it. Kept for ever, against spam.

    It holds no name and no mail address, and stays when its person is erased, cut loose from them.
    """

    class Verdict(models.TextChoices):
        ADMITTED = "admitted"
        TRAPPED = "trapped"
        TOO_MANY = "too_many"
        DISPOSABLE = "disposable"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="sign_ups")
    at = models.DateTimeField(db_default=Now())
    ip = models.GenericIPAddressField()
    network = models.CharField(max_length=50)
    address_hash = models.CharField(max_length=64)
    verdict = models.CharField(max_length=20, choices=Verdict)

    class Meta:
        db_table = "accounts_sign_up"
        indexes = [models.Index(fields=["network", "-at"], name="sign_up_of_network")]


class Session(AbstractBaseSession):
    """
    A browser with a session, signed in when it has a person. Its content is sealed, and of its key, the cookie
    `ot-session`, it knows a hash only.

    `person` and `sign_in` are copies of what the content says; a session is known to others by its sign-in.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, null=True, related_name="sessions")
    seen_at = models.DateTimeField(default=clock.now)

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

    def save(self, *, force_insert: bool = False, **how: Any) -> None:
        # The store writes a whole row each time, and does not know when the browser was last seen.
        kept = None if force_insert else ["session_data", "expire_date", "person", "sign_in"]
        super().save(force_insert=force_insert, update_fields=kept, **how)

    def see(self, person_id: str) -> None:
        """Note that the browser is there: once in a while, and at once where the row does not say yet whose it is."""
        at = clock.now()
        if self.person_id is None or self.seen_at < at - SEEN_EVERY:
            Session.objects.filter(pk=self.pk).update(seen_at=at, person=person_id)

    @classmethod
    def get_session_store_class(cls) -> type:
        from .sessions import SessionStore

        return SessionStore


class MailChange(models.Model):
    """
    A change of address that somebody asked for: it happens when both the old and the new address have confirmed it.

    A person has one at a time. The codes are kept as keyed hashes, and five wrong ones end it.
    """

    VALID_FOR = timedelta(seconds=600)
    MOST_WRONG = 5

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="mail_change")
    address = models.EmailField(max_length=254)
    old_code = models.CharField(max_length=64)
    new_code = models.CharField(max_length=64)
    is_old_confirmed = models.BooleanField(default=False)
    is_new_confirmed = models.BooleanField(default=False)
    wrong = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "accounts_mail_change"

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + self.VALID_FOR

    @property
    def has_ended(self) -> bool:
        return clock.now() >= self.ends_at or self.wrong >= self.MOST_WRONG

    @property
    def is_confirmed(self) -> bool:
        return self.is_old_confirmed and self.is_new_confirmed

    def takes(self, side: str, code: str) -> bool:
        """Return whether this is the code that was sent to the `old` or the `new` address."""
        return constant_time_compare(getattr(self, f"{side}_code"), self.fingerprint(side, code))

    def fingerprint(self, side: str, code: str) -> str:
        """Return what is kept of a code."""
        told = f"{self.person_id}:{self.address}:{side}:{normalize_user_code(code)}"
        return salted_hmac("accounts.mail_change", told, algorithm="sha256").hexdigest()


class Factor(models.Model):
    """
    What allauth's row of a second factor does not keep: the sealed secret of an app, and how far it has counted.

    `counter` is the step of the last code of an app, or the last count of a passkey. It only rises, so that nothing
    is accepted twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authenticator = models.OneToOneField("mfa.Authenticator", on_delete=models.CASCADE, related_name="factor")
    secret = SealedTextField(null=True)
    counter = models.BigIntegerField(default=0)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "accounts_factor"

    def count(self, counter: int) -> bool:
        """Return whether this call was the first with so high a count."""
        return Factor.objects.filter(pk=self.pk, counter__lt=counter).moved(counter=counter)


class BackupCode(models.Model):
    """A code for the day an app or a passkey is lost. It works once; only its first four characters are readable."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="backup_codes")
    name = models.CharField(max_length=4)
    fingerprint = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "accounts_backup_code"
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="backup_code_name")]


class Tries(models.Model):
    """How often something was tried lately, under a hash of what it was. Every process counts in this one place."""

    key = models.CharField(max_length=64, primary_key=True)
    at = ArrayField(models.FloatField())
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_tries"

    # One statement, which holds the row: of two at once the second sees what the first has counted.
    TAKE = """
INSERT INTO accounts_tries AS kept (key, at, expires_at) VALUES (%(key)s, ARRAY[%(now)s]::float8[], to_timestamp(%(until)s))
ON CONFLICT (key) DO UPDATE SET
  at = ARRAY(SELECT each FROM unnest(kept.at) each WHERE each > %(since)s) || EXCLUDED.at,
  expires_at = EXCLUDED.expires_at
WHERE (SELECT count(*) FROM unnest(kept.at) each WHERE each > %(since)s) < %(most)s
RETURNING key
"""

    @classmethod
    def take(cls, key: str, *, most: int, seconds: float) -> float | None:
        """Return the instant under which one of `most` tries within `seconds` was taken, or None when none was left."""
        now = clock.now().timestamp()
        told = {"key": key, "now": now, "until": now + seconds, "since": now - seconds, "most": most}
        with connection.cursor() as cursor:
            cursor.execute(cls.TAKE, told)
            return now if cursor.fetchone() else None

    @classmethod
    def are_left(cls, key: str, *, most: int, seconds: float) -> bool:
        """Return whether one more try would be let through; nothing is counted."""
        since = clock.now().timestamp() - seconds
        kept = cls.objects.filter(key=key).first()
        return kept is None or len([each for each in kept.at if each > since]) < most

    @classmethod
    def give_back(cls, key: str, at: float) -> None:
        """Let a try not count."""
        cls.objects.filter(key=key).update(at=models.Func(models.F("at"), models.Value(at), function="array_remove"))

    @classmethod
    def give_back_last(cls, key: str) -> None:
        """Let the latest try not count."""
        cls.objects.filter(key=key, at__len__gt=0).update(at=models.Func("at", models.Value(1), function="trim_array"))

    @classmethod
    def forget(cls, key: str) -> None:
        """Let no try count."""
        cls.objects.filter(key=key).delete()


class Recovery(TenantModel):
    """
    That a person lost their second factor and asked to be let in without it. Of the operator's organization.

    It ends when owners of all their organizations vouch for them, at `due_at` at the latest, or canceled.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "accounts_recovery"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "person"], condition=models.Q(ended_at=None), name="recovery_open_once"
            )
        ]

    def end(self, at: datetime) -> bool:
        """Return whether this call ended it."""
        still_open = Recovery.objects.filter(pk=self.pk, ended_at=None)
        return still_open.moved(ended_at=at, due_at=None, leased_until=None)
