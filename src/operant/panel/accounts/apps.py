from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "operant.panel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from operant.platform.crypto import columns

        from .sessions import CONTEXT

        # Django's own column: text, which the store seals and writes in base64.
        columns.register(
            columns.SealedColumn(
                "accounts_session", "session_key", "session_data", CONTEXT, as_text=True, has_secret_key=True
            )
        )
