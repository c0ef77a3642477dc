from django.apps import AppConfig

from operant.platform.ui import navigation
from operant.platform.ui.navigation import Entry


class AccountsConfig(AppConfig):
    name = "operant.panel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from operant.platform.crypto import columns
        from operant.platform.events.actors import name_people

        from . import hooks, limits, queries, resets
        from .sessions import CONTEXT

        name_people(queries.name_of)
        navigation.register(Entry("Sessions", "lucide--monitor-smartphone", "sessions", order=20, place="me"))
        navigation.register(Entry("Log", "lucide--scroll-text", "account_log", order=25, place="me"))
        limits.install()
        resets.install()
        hooks.connect()

        # Django's own column: text, which the store seals and writes in base64.
        columns.register(
            columns.SealedColumn("accounts_session", "session_key", "session_data", CONTEXT, as_text=True)
        )
