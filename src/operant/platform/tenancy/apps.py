from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "operant.platform.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from . import guard

        connection_created.connect(guard.watch, dispatch_uid="tenancy.guard")
