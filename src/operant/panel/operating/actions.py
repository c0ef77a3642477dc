from uuid import UUID

from django.db import IntegrityError

from operant.panel.accounts.home import at_home
from operant.panel.accounts.models import Person
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.observing import errors
from operant.platform.queue import looking
from operant.platform.refusals import Gone, Invalid, NotFound, Refusal

from . import events
from .models import Notice
from .queries.notices import standing

GONE = "This job is not among the failed ones any more: somebody else saw to it, or it is running again."


def retry(*, number: int, by: Person) -> None:
    """
    This function will queue a failed job once more. Opens its own scope.

    :raises Gone: when it did not fail, or is not there any more.
    """
    with at_home(by):
        job = looking.retry(number)
        if job is None:
            raise Gone(GONE)
        announce(events.JobRetried(job=job, number=number))


def dismiss(*, number: int, by: Person) -> None:
    """
    This function will throw a failed job away. Opens its own scope.

    :raises Gone: when it did not fail, or is not there any more.
    """
    with at_home(by):
        job = looking.dismiss(number)
        if job is None:
            raise Gone(GONE)
        announce(events.JobDismissed(job=job, number=number))


def solve(*, failure_id: UUID, by: Person | None) -> None:
    """
    This function will mark an error as solved, until it happens again. Opens its own scope.

    `by` is nobody where somebody sits at the machine itself without having signed in: then there is none to name.

    :raises NotFound: when there is none of that id.
    """
    failure = errors.failure(failure_id)
    if failure is None:
        raise NotFound("There is no such error.")
    if by is None:
        errors.solve(failure_id)
        return
    with at_home(by):
        if errors.solve(failure_id):
            announce(events.FailureSolved(kind=failure.kind))


def publish(*, words: str, by: Person) -> Notice:
    """
    This function will show a sentence to everybody who is signed in, in place of the one that stands. Opens its own scope.

    :raises Invalid: when it says nothing.
    :raises Refusal: when somebody else does so at the same moment.
    """
    words = " ".join(words.split())
    if not words:
        raise Invalid("Write what everybody should know.")
    try:
        with at_home(by):
            standing().update(withdrawn_at=clock.now())
            notice = Notice.objects.create(words=words, by=by)
            announce(events.NoticePublished(words=words), about=notice)
    except IntegrityError:
        raise Refusal("Somebody else put up a notice at this moment. Look at theirs first.") from None
    return notice


def withdraw(*, by: Person) -> None:
    """
    This function will take the notice that stands back. Opens its own scope.

    :raises Gone: when none stands.
    """
    with at_home(by):
        notice = standing().select_for_update().first()
        if notice is None:
            raise Gone("No notice stands any more.")
        standing().filter(pk=notice.pk).update(withdrawn_at=clock.now())
        announce(events.NoticeWithdrawn(words=notice.words), about=notice)
