"""Who may do what in Stage, role by verb."""

from uuid import uuid4

import pytest

from operant.panel.organizations.models import Membership, Role
from operant.stage import rules

TABLE = {
    "see": {"owner", "admin", "editor", "viewer"},
    "edit": {"owner", "admin", "editor"},
    "publish": {"owner", "admin", "editor"},
    "change_sources": {"owner", "admin", "editor"},
    "share": {"owner", "admin"},
}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("verb", TABLE)
def test_rules(verb, role):
    assert getattr(rules, verb)(Membership(role=role, organization_id=uuid4())) is (role in TABLE[verb])
