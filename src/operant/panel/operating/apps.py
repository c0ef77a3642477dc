from django.apps import AppConfig
from django.http import HttpRequest

from operant.platform.ui import navigation
from operant.platform.ui import notices as above
from operant.platform.ui.navigation import Entry


class OperatingConfig(AppConfig):
    name = "operant.panel.operating"
    label = "operating"

    def ready(self) -> None:
        from operant.panel.organizations import rules

        from .queries import notices

        def is_operator(request: HttpRequest) -> bool:
            return rules.is_operator(getattr(request, "memberships", ()))

        def notice(request: HttpRequest) -> above.Notice | None:
            standing = notices.standing().first()
            return above.Notice(standing.words) if standing else None

        for order, (label, icon, url_name) in enumerate(PAGES):
            navigation.register(
                Entry(label, icon, url_name, is_operator, order=order, exact=url_name == "operating", place="operator")
            )
        for order, (label, icon, url_name) in enumerate(FOR_THE_MACHINE, start=len(PAGES)):
            navigation.register(Entry(label, icon, url_name, order=order, place="operator"))
        navigation.register(
            Entry("Operator's room", "lucide--wrench", "operating", is_operator, order=105, place="person")
        )
        above.register(notice)


PAGES = (
    ("Overview", "lucide--activity", "operating"),
    ("Organizations", "lucide--building-2", "operating_organizations"),
    ("Usage", "lucide--chart-no-axes-column", "operating_usage"),
    ("Jobs", "lucide--list-todo", "operating_jobs"),
    ("Versions", "lucide--package", "operating_versions"),
    ("Retention", "lucide--hourglass", "operating_retention"),
    ("Switches", "lucide--toggle-right", "operating_switches"),
)
# Whoever sits at the machine itself sees these without an account.
FOR_THE_MACHINE = (("Outbox", "lucide--mail", "outbox"), ("Errors", "lucide--bug", "failures"))
