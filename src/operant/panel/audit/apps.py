from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "operant.panel.audit"
    label = "audit"

    def ready(self) -> None:
        from operant.panel.organizations import home
        from operant.platform.events import announcing
        from operant.platform.ui import navigation

        from . import actions, rules

        announcing.WITNESSES.append(actions.record)
        home.register_facts("audit.", "lucide--scroll-text")
        navigation.register(
            navigation.Entry(
                "Audit log", "lucide--scroll-text", "audit", lambda request: rules.see(request.membership), order=60,
                place="settings",
            )
        )
