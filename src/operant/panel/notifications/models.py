from datetime import time
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.messaging.models import Message
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel


class Channel(models.TextChoices):
    """How a notification reaches a person; each is a column of their wishes."""

    INBOX = "inbox"
    MAIL = "mail"


class Notifications(CompareAndSet):
    def of(self, person_id: object) -> Self:
        """Return what lies in a person's inbox."""
        return self.filter(person_id=person_id, is_shown=True)

    def kept(self) -> Self:
        return self.filter(archived_at=None)

    def unread(self) -> Self:
        return self.kept().filter(read_at=None)


class Notification(TenantModel):
    """That one person is to hear of one fact. Its sentence is the fact's, made when it is read."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = TenantForeignKey(Announcement, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=20)
    is_shown = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    objects = Notifications.as_manager()

    class Meta:
        db_table = "notifications_notification"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "event", "person"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["organization_id", "person", "-created_at", "-id"], name="notification_inbox"),
            models.Index(
                fields=["organization_id", "person"], name="notification_unread",
                condition=Q(is_shown=True, read_at__isnull=True, archived_at__isnull=True),
            ),
            models.Index(fields=["organization_id", "created_at"], name="notification_age"),
        ]


class Delivery(TenantModel):
    """
    That a notification also leaves on another channel than the inbox. It waits until its person's mails may come.

    `waiting` until `due_at`; `sent` a message was written; `dropped` it was no longer wanted, or no longer theirs to know.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"

    notification = TenantForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = TenantForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True, default=clock.now)
    leased_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "notifications_delivery"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "notification", "channel"], name="delivery_once"),
        ]
        indexes = [models.Index(fields=["organization_id", "settled_at"], name="delivery_settled")]


class Wish(models.Model):
    """Whether a person wants one category on one channel, in all their organizations. Without a row they do."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel)
    is_on = models.BooleanField()

    class Meta:
        db_table = "notifications_wish"
        constraints = [models.UniqueConstraint(fields=["person", "category", "channel"], name="wish_once")]


class Rhythm(models.Model):
    """When a person's mails may come: at once or once a day, and never in their quiet hours. All in their own zone."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_daily = models.BooleanField(default=False)
    daily_at = models.TimeField(default=time(8))
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        db_table = "notifications_rhythm"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
                name="rhythm_quiet_hours",
            )
        ]
