from collections.abc import Callable

import pytest
from django.test import Client

from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy


@pytest.fixture
def operator(cast, signed_in: Callable[..., Client]) -> Client:
    """Cleo, who is a member of the operator's organization as well, in a browser far from the machine."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.cleo, role=Role.OWNER)
    client = signed_in(cast.cleo)
    client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    return client
