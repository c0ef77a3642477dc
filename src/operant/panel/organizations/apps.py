from typing import Any

from django.apps import AppConfig

from operant.platform.ui import finding, navigation
from operant.platform.ui.navigation import Entry


class OrganizationsConfig(AppConfig):
    name = "operant.panel.organizations"
    label = "organizations"

    def ready(self) -> None:
        from operant.panel.accounts import demands
        from operant.platform.messaging import branding
        from operant.platform.ui import notices

        from . import home, links, palette, queries, rules
        from .reminders import warning

        branding.register(queries.look)

        def may(rule: Any) -> Any:
            return lambda request: rule(request.membership)

        home.register_icon("organizations.", "lucide--users")
        links.register("organizations.Membership", "people", is_list=True)
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
            Entry("Security", "lucide--shield-check", "organization_security", may(rules.see_safety), order=30,
                  place="settings")
        )
        demands.register(queries.demanding_factor)
        notices.register(warning)
        finding.register(finding.Finder("People", palette.people, may(rules.see_people), order=40))
        finding.offer(finding.Act("Invite somebody", "lucide--user-plus", "people", may(rules.manage_people)))
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
        navigation.register(Entry("Security", "lucide--shield-check", "security", order=10, place="me"))
        navigation.register(
            Entry(
                "New organization", "lucide--plus", "found_organization", place="person", order=110,
                may=lambda request: rules.found_organization(getattr(request, "memberships", ())),
            )
        )
