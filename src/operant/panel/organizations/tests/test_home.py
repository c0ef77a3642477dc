"""What changed, as the home of an organization tells its members: each what their role lets them know."""

import pytest

from operant.panel.organizations import actions
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.stage import actions as stage
from operant.testing.factors import signing_in


@pytest.mark.parametrize(("name", "sees_all"), [("ada", True), ("ann", True), ("ben", False), ("cleo", False)])
def test_invitations_are_told_to_those_who_may_see_them(cast, signed_in, name, sees_all):
    with cast.at_harbour(cast.ada):
        by = Membership.objects.select_related("person").get(person=cast.ada)
        actions.invite(by=by, email="dora@quay.example", role=Role.VIEWER)
        stage.create(by=cast.ada, name="Line 2")
    page = signed_in(getattr(cast, name)).get("/o/harbour/").content.decode()
    assert ("dora@quay.example" in page, "Line 2" in page) == (sees_all, True)


@pytest.mark.parametrize(("role", "sees"), [(Role.VIEWER, False), (Role.EDITOR, False), (Role.ADMIN, True)])
def test_what_happens_with_accounts_is_told_to_those_who_look_after_the_installation(cast, signed_in, role, sees):
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.cleo, role=role)
    signing_in(cast.mallory)
    page = signed_in(cast.cleo).get("/o/operator/").content.decode()
    assert ("Mallory signed in" in page) == sees
