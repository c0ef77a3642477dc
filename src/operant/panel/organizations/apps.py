from typing import Any

from django.apps import AppConfig

from operant.platform import messaging
from operant.platform.ui import finding, navigation
from operant.platform.ui.navigation import Entry


class OrganizationsConfig(AppConfig):
    name = "operant.panel.organizations"
    label = "organizations"

    def ready(self) -> None:
        from operant.panel.accounts import demands, guests
        from operant.platform.live import holders
        from operant.platform.messaging import branding
        from operant.platform.observing.threads import in_thread
        from operant.platform.ui import notices

        from . import guests as own
        from . import links, palette, queries, rules
        from .reminders import warning

        branding.register(queries.look)
        messaging.GATES.append(queries.why_no_mail)
        holders.register(holders.MEMBER, lambda standing: in_thread(lambda: queries.stands(standing)))

        def may(rule: Any) -> Any:
            return lambda request: rule(request.membership)

        _say_who_sees_what_changed()
        _list_pages_about_me()
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
        guests.register(own.is_invited)
        notices.register(warning)
        finding.register(finding.Finder("People", palette.people, may(rules.see_people), order=40))
        finding.register(finding.Finder("Invitations", palette.invitations, may(rules.manage_people), order=45))
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
        navigation.register(
            Entry(
                "New organization", "lucide--plus", "found_organization", place="person", order=110,
                may=lambda request: rules.found_organization(getattr(request, "memberships", ())),
            )
        )


def _list_pages_about_me() -> None:
    navigation.register(Entry("Profile", "lucide--circle-user-round", "profile", order=0, exact=True, place="me"))
    navigation.register(Entry("Security", "lucide--shield-check", "security", order=10, place="me"))
    navigation.register(Entry("Your data", "lucide--download", "personal_copy", order=40, place="me"))


def _say_who_sees_what_changed() -> None:
    from . import home, rules

    home.register_facts("organizations.", "lucide--users")
    for facts in ("organization.", "setting.", "logo."):
        home.register_facts(f"organizations.{facts}", "lucide--building-2", rules.see_organization)
    for facts in ("member.joined", "member.left", "member.removed", "role."):
        home.register_facts(f"organizations.{facts}", "lucide--users", rules.see_people)
