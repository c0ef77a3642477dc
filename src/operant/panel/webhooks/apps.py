from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "operant.panel.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from operant.panel.organizations import home, links
        from operant.platform.events import announcing
        from operant.platform.ui import navigation

        from . import actions, rules

        announcing.WITNESSES.append(actions.tell)
        home.register_facts("webhooks.", "lucide--webhook")
        links.register("webhooks.Endpoint", "webhook")
        navigation.register(
            navigation.Entry(
                "Webhooks", "lucide--webhook", "webhooks", lambda request: rules.manage_webhooks(request.membership),
                order=50, place="settings",
            )
        )
