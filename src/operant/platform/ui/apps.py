from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "operant.platform.ui"
    label = "ui"

    def ready(self) -> None:
        from operant.platform.ui import checks  # noqa: F401
