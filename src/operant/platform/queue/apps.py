from django.apps import AppConfig


class QueueConfig(AppConfig):
    name = "operant.platform.queue"
    label = "queue"

    def ready(self) -> None:
        from . import chores  # noqa: F401  it registers them
