from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "operant.platform.live"
    label = "live"
