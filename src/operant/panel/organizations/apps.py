from typing import Any

from django.apps import AppConfig

from operant.platform.ui import navigation
from operant.platform.ui.navigation import Entry


class OrganizationsConfig(AppConfig):
    name = "operant.panel.organizations"
    label = "organizations"

    def ready(self) -> None:
        from operant.platform.messaging import branding

        from . import home, queries, rules

        branding.register(queries.look)

        def may(rule: Any) -> Any:
            return lambda request: rule(request.membership)

        home.register_icon("organizations.", "lucide--users")
        navigation.register(Entry("Home", "lucide--house", "home", order=0, exact=True))
        navigation.register(
            Entry("People", "lucide--users", "people", may(rules.see_people), order=40, section="Account")
        )
        navigation.register(
            Entry("Settings", "lucide--settings", "organization_settings", may(rules.change_settings), order=50,
                  section="Account")
        )
        navigation.register(
            Entry("General", "lucide--building-2", "organization_settings", may(rules.change_settings), order=0,
                  exact=True, place="settings")
        )
        navigation.register(
            Entry("Roles", "lucide--shield-check", "roles", may(rules.see_people), order=20, place="settings")
        )
        navigation.register(
            Entry("Service accounts", "lucide--bot", "services", may(rules.manage_services), order=40, place="settings")
        )
        navigation.register(
            Entry("Ownership", "lucide--crown", "ownership", may(rules.hand_over), order=90, place="settings")
        )
        navigation.register(Entry("Your account", "lucide--circle-user-round", "profile", place="person"))
        navigation.register(Entry("Profile", "lucide--circle-user-round", "profile", order=0, exact=True, place="me"))
        navigation.register(
            Entry(
                "New organization", "lucide--plus", "found_organization", place="person", order=110,
                may=lambda request: rules.found_organization(getattr(request, "memberships", ())),
            )
        )
