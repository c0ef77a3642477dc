from django.apps import AppConfig


class ObservingConfig(AppConfig):
    name = "operant.platform.observing"
    label = "observing"
