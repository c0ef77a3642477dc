from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "operant.panel.notifications"
    label = "notifications"

    def ready(self) -> None:
        from operant.platform import messaging
        from operant.platform.ui import navigation

        from . import queries

        messaging.GATES.append(queries.why_not)
        navigation.register(
            navigation.Entry(
                "Inbox", "lucide--bell", "inbox", count=queries.unread_for, place="bar", partial="inbox_bell",
                topic=lambda request: queries.topic(request.user.pk),
            )
        )
        navigation.register(
            navigation.Entry("Notifications", "lucide--bell", "notification_wishes", order=30, place="me")
        )
