from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "operant.platform.queue"
    label = "queue"
