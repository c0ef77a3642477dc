from operant.platform.events import Event, Personal, Told


class LogExported(
    Event, name="audit.log.exported", told=Told(audit="{exported_by} exported the audit log as {form}", live=("audit",))
):
    """The audit log was taken out of Operant as a file."""

    form: str
    exported_by: Personal


class CheckAsked(
    Event, name="audit.check.asked", told=Told(audit="{asked_by} had the audit log verified", live=("audit",))
):
    """Somebody had the audit log read from end to end, to see whether it is as it was written."""

    asked_by: Personal


class LogBroken(
    Event, name="audit.log.broken",
    told=Told(
        audit="The audit log did not hold: {reason}", notify="audit.see", category="audit", live=("audit",), public=True
    ),
):
    """The audit log was verified and is not as it was written: somebody changed the database past Operant."""

    reason: str


class ValuesErased(
    Event, name="audit.values.erased",
    told=Told(audit="{values} personal values of somebody were erased", live=("audit",)),
):
    """Personal values of somebody were erased from the audit log. The entries stay."""

    values: int
