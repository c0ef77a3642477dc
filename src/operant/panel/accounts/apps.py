from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "operant.panel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from operant.platform.crypto import columns
        from operant.platform.events.actors import name_people

        from . import queries
        from .sessions import CONTEXT

        name_people(queries.name_of)
        # Django's own column: text, which the store seals and writes in base64.
        columns.register(
            columns.SealedColumn(
                "accounts_session", "session_key", "session_data", CONTEXT, as_text=True, has_secret_key=True
            )
        )
