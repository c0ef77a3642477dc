"""What the proofs in a falling house work with: the cast, Cleo who runs it, a dashboard, screens, and Ada signed in, as JSON."""

import json
import sys

import django

SCREENS = 6


def main() -> None:
    django.setup()
    from django.middleware.csrf import CSRF_SESSION_KEY
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from operant.panel.organizations.models import Membership, Role
    from operant.platform import tenancy
    from operant.testing import cast as casting
    from operant.testing import relay, stage

    cast = casting.build()
    with tenancy.organization_scope(tenancy.OPERATOR):
        Membership.objects.create(person=cast.cleo, role=Role.OWNER)
    with cast.at_harbour(cast.ben):
        dashboard = stage.published(cast.ben, name="Pulse").dashboard
    screens = {}
    for number in range(SCREENS):
        tv = relay.Tv(address=f"10.0.0.{number}")
        screen = relay.paired(tv, cast.at_harbour, cast.ann, name=f"Glass {number}", dashboard=dashboard)
        screens[str(screen.pk)] = {"access": tv.access, "refresh": tv.refresh}
    ada = casting.signed_in(cast.ada)
    session = ada.session
    session[CSRF_SESSION_KEY] = "a" * 32
    session.save()
    json.dump(
        {
            "session": session.session_key, "csrf": "a" * 32, "slug": cast.harbour.slug,
            "dashboard": dashboard.public_id, "dashboard_id": str(dashboard.pk), "screens": screens,
        },
        sys.stdout,
    )  # fmt: skip


if __name__ == "__main__":
    main()
