from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "operant.relay"
    label = "relay"
