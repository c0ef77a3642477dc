from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "operant.panel.organizations"
    label = "organizations"
