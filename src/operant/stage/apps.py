from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "operant.stage"
    label = "stage"
