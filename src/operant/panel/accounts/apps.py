from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "operant.panel.accounts"
    label = "accounts"
