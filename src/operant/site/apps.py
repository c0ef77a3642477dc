from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "operant.site"
    label = "site"
