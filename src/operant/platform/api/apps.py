from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "operant.platform.api"
    label = "api"
