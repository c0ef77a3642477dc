import hmac
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from operant.panel.organizations.models import Organization
from operant.platform.refusals import NotFound

from .models import Token
from .writing import Written


def tokens() -> QuerySet[Token]:
    """Return the tokens of the organization in scope that nobody revoked, newest first."""
    return Token.objects.filter(revoked_at=None).select_related("made_by", "maker__person", "service").order_by("-made_at", "pk")


def shown(written: Written) -> Token | None:
    """
    Return the token with this secret, whatever its state, with its maker. Inside its organization's scope.

    `second_factor_from` on it is its organization's.
    """
    rule = Organization.objects.filter(pk=OuterRef("organization_id")).values("second_factor_from")
    made = Token.objects.select_related("maker__person", "service").annotate(second_factor_from=Subquery(rule))
    found = made.filter(handle=written.handle).first()
    is_it = found is not None and hmac.compare_digest(bytes(found.secret_hash), written.secret_hash)
    return found if is_it else None


def of(token_id: UUID) -> Token:
    """
    Return one token.

    :raises NotFound: when there is none here.
    """
    found = Token.objects.filter(pk=token_id).first()
    if found is None:
        raise NotFound("There is no such token here.")
    return found
