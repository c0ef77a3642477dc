from django.apps import AppConfig
from django.conf import settings


class FilesConfig(AppConfig):
    name = "operant.platform.files"
    label = "files"

    def ready(self) -> None:
        from .sandbox import runner

        runner.work_in(settings.HOME / "run" / "sandbox")
