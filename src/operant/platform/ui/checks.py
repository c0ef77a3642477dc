from django.conf import settings
from django.core import checks

SESSION_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


@checks.register()
def components_are_isolated(app_configs, **kwargs):
    if getattr(settings, "COTTON_ISOLATE_BY_DEFAULT", False):
        return []
    return [
        checks.Error(
            "Components would read variables of the page around them.",
            hint="Set COTTON_ISOLATE_BY_DEFAULT = True.",
            id="ui.E001",
        )
    ]


@checks.register()
def messages_set_no_cookie(app_configs, **kwargs):
    if getattr(settings, "MESSAGE_STORAGE", "") == SESSION_STORAGE:
        return []
    return [
        checks.Error(
            "Messages would set a cookie of their own; Operant sets exactly two cookies.",
            hint=f'Set MESSAGE_STORAGE = "{SESSION_STORAGE}".',
            id="ui.E002",
        )
    ]
