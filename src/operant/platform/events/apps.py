from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class EventsConfig(AppConfig):
    name = "operant.platform.events"
    label = "events"

    def ready(self) -> None:
        """Find every room's furniture by name, so that adding a room edits config only."""
        for config in apps.get_app_configs():
            if not config.name.startswith("operant."):
                continue
            for furniture in ("events", "reactions", "jobs", "privacy"):
                name = f"{config.name}.{furniture}"
                if find_spec(name):
                    import_module(name)
