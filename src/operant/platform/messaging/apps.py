from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "operant.platform.messaging"
    label = "messaging"
