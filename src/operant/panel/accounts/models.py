import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import CompareAndSet, TenantModel

RECOVERY_AFTER = timedelta(hours=72)


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

    def __str__(self) -> str:
        return self.name or self.email

    def end_sessions(self) -> None:
        """End all sessions of this person. The one at hand goes on with `update_session_auth_hash`."""
        Person.objects.filter(pk=self.pk).update(sessions_ended=models.F("sessions_ended") + 1)
        self.refresh_from_db(fields=["sessions_ended"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Each session carries it, so counting `sessions_ended` up ends them all, as a new password does.
        told = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("accounts.session", told, secret=secret, algorithm="sha256").hexdigest()


class Session(AbstractBaseSession):
    """A signed-in browser. Its content is sealed; its key is the cookie `ot-session`."""

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from .sessions import SessionStore

        return SessionStore


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
