from uuid import UUID

from django.db import IntegrityError

from operant.panel.accounts import queries as accounts
from operant.panel.accounts.home import at_home
from operant.panel.accounts.models import Person
from operant.panel.notifications import queries as notifications
from operant.platform import clock, messaging
from operant.platform.events import announce
from operant.platform.messaging.categories import PRODUCT_UPDATE
from operant.platform.observing import errors
from operant.platform.queue import looking
from operant.platform.refusals import Gone, Invalid, NotFound, Refusal

from . import events
from .models import Notice, ProductUpdate
from .queries.notices import standing

AT_ONCE = 50
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


def send_update(*, key: UUID, subject: str, text: str, by: Person) -> ProductUpdate:
    """
    This function will begin to mail news of the product to everybody who did not end such mails. Opens its own scope.

    `key` names this sending: however often it is asked for, it happens once.

    :raises Invalid: when it has no subject or says nothing.
    :raises Refusal: when it was begun before.
    """
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text:
        raise Invalid("Write a subject and what is new.")
    try:
        with at_home(by):
            total = accounts.how_many_reachable()
            update = ProductUpdate.objects.create(id=key, subject=subject, text=text, by=by, total=total)
            announce(events.ProductUpdateBegun(subject=subject, people=total), about=update)
    except IntegrityError:
        raise Refusal("This was sent already. How far it is stands in the list.") from None
    return update


def go_on_with_update(*, update_id: UUID) -> None:
    """This function will mail product news to the next fifty people, and come back for more. In the operator's scope."""
    update = ProductUpdate.objects.select_for_update().filter(pk=update_id, finished_at=None).first()
    if update is None:
        return
    people = accounts.reachable(AT_ONCE, after=update.reached)
    wanting = notifications.wanting_mail(people, PRODUCT_UPDATE)
    for person, ending in wanting:
        messaging.send_mail(
            to=person.email, template="product_update", category=PRODUCT_UPDATE, person_id=person.pk, unsubscribe=ending,
            context={"subject": update.subject, "paragraphs": paragraphs(update.text)},
        )
    update.looked_at, update.sent = update.looked_at + len(people), update.sent + len(wanting)
    if len(people) == AT_ONCE:
        update.reached, update.due_at, update.leased_until = people[-1].pk, clock.now(), None
    else:
        update.finished_at, update.due_at, update.leased_until = clock.now(), None, None
    update.save(update_fields=["looked_at", "sent", "reached", "finished_at", "due_at", "leased_until"])


def paragraphs(text: str) -> list[str]:
    """Return a text as mails write it: what an empty line parts."""
    return [each.strip() for each in text.replace("\r\n", "\n").split("\n\n") if each.strip()]
