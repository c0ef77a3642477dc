"""Where facts about a person are written down: they belong to no organization but the operator's."""

from collections.abc import Iterator
from contextlib import contextmanager

from operant.platform import tenancy

from .models import Person


@contextmanager
def at_home(person: Person) -> Iterator[None]:
    """
    Open the transaction in which something about a person changes and is announced: the operator's organization.

    It stands at the reception. Organizations whose rules it touches learn of it by a reaction.

    :raises tenancy.NestedScope: inside another scope.
    """
    with tenancy.reception(), tenancy.organization_scope(tenancy.OPERATOR, person.pk):
        yield
