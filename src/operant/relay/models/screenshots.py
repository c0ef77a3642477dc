from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .screens import Screen

MOST_BYTES = 200_000


class Screenshot(TenantModel):
    """
    The last picture that a screen drew of itself, since somebody asked for one. There is one for each screen at most.

    `version` is what it had painted then; none when something else lay on the glass.
    """

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="screenshots")
    jpeg = models.BinaryField(max_length=MOST_BYTES)
    version = models.UUIDField(null=True)
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "relay_screenshot"
        constraints = [models.UniqueConstraint(fields=["organization_id", "screen"], name="screenshot_once")]
        indexes = [models.Index(fields=["organization_id", "taken_at"], name="screenshot_taken")]
