"""Who asks a source from a page."""

from functools import partial

from django.http import HttpRequest

from operant.platform import tenancy

from ..asking import Asker


def of(request: HttpRequest, cause: str) -> Asker:
    """Return the person of a request as somebody who asks; the view opens its scopes itself."""
    scope = partial(tenancy.organization_scope, request.organization.pk, request.user.pk)
    return Asker(request.organization.pk, request.user, scope, cause)
