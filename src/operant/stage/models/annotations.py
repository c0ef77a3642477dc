from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import ids
from .dashboards import Dashboard
from .people import person


class Annotation(TenantModel):
    """
    What happened at a time: a deploy, an incident. Charts over time show it, on one dashboard or, without one, on all.

    One that was deleted can come back for a day; then the next deletion takes it away.
    """

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=200)
    tag = models.CharField(max_length=40, blank=True, default="")
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "stage_annotation"
        indexes = [models.Index(fields=["organization_id", "dashboard", "-at"], name="annotation_newest")]

    def __str__(self) -> str:
        return self.text

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.ANNOTATION, self.pk)
