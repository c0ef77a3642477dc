from operant.platform.events import Event, Told


class JobRetried(Event, name="operating.job.retried", told=Told(audit="The failed job {job} ({number}) was queued once more")):
    """The operator queued a failed job once more."""

    job: str
    number: int


class JobDismissed(Event, name="operating.job.dismissed", told=Told(audit="The failed job {job} ({number}) was thrown away")):
    """The operator threw a failed job away."""

    job: str
    number: int


class FailureSolved(Event, name="operating.failure.solved", told=Told(audit="The error {kind} was marked as solved")):
    """The operator marked a kind of error as solved."""

    kind: str


class NoticePublished(Event, name="operating.notice.published", told=Told(audit="Everybody is told: {words}")):
    """The operator put a sentence at the top of everybody's pages."""

    words: str


class ProductUpdateBegun(
    Event, name="operating.product_update.begun", told=Told(audit="Product news are being sent to {people} people: {subject}")
):
    """The operator began to send news of the product to everybody who did not end such mails."""

    subject: str
    people: int


class NoticeWithdrawn(Event, name="operating.notice.withdrawn", told=Told(audit="Nobody is told any more: {words}")):
    """The operator took the sentence at the top of everybody's pages back."""

    words: str
