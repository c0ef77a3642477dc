import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import constant_time_compare, salted_hmac

from operant.platform import clock


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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Each session carries it: a new address ends them as a new password does.
        return salted_hmac("accounts.session", f"{self.password}:{self.email}", secret=secret, algorithm="sha256").hexdigest()


class Session(AbstractBaseSession):
    """A signed-in browser. Its content is sealed; its key is the cookie `ot-session`."""

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

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
