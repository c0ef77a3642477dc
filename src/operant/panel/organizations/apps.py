from typing import Any

from django.apps import AppConfig

from operant.platform.ui import navigation
from operant.platform.ui.navigation import Entry


class OrganizationsConfig(AppConfig):
    name = "operant.panel.organizations"
    label = "organizations"

    def ready(self) -> None:
        from . import home, links, rules

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
        navigation.register(Entry("Your account", "lucide--circle-user-round", "profile", place="person"))
        navigation.register(Entry("Profile", "lucide--circle-user-round", "profile", order=0, exact=True, place="me"))
        navigation.register(
            Entry(
                "New organization", "lucide--plus", "found_organization", place="person", order=110,
                may=lambda request: rules.found_organization(getattr(request, "memberships", ())),
            )
        )
