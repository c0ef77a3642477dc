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
        from operant.panel.organizations.models import Role

        from . import alerter
        from .queries import notices

        def is_operator(request: HttpRequest) -> bool:
            return rules.is_operator(getattr(request, "memberships", ()))

        def reads_mails(request: HttpRequest) -> bool:
            # Whoever runs nothing is here because they sit at the machine.
            mine = getattr(request, "memberships", ())
            return rules.is_operator(mine, Role.OWNER) or not rules.is_operator(mine)

        def notice(request: HttpRequest) -> above.Notice | None:
            standing = notices.standing().first()
            return above.Notice(standing.words) if standing else None

        for order, (label, icon, url_name) in enumerate(PAGES):
            navigation.register(
                Entry(label, icon, url_name, is_operator, order=order, exact=url_name == "operating", place="operator")
            )
        # Whoever sits at the machine itself sees these two without an account.
        navigation.register(Entry("Outbox", "lucide--mail", "outbox", reads_mails, order=len(PAGES), place="operator"))
        navigation.register(Entry("Errors", "lucide--bug", "failures", order=len(PAGES) + 1, place="operator"))
        navigation.register(
            Entry("Operator's room", "lucide--wrench", "operating", is_operator, order=105, place="person")
        )
        above.register(notice)
        above.register(alerter.notice)


PAGES = (
    ("Overview", "lucide--activity", "operating"),
    ("Organizations", "lucide--building-2", "operating_organizations"),
    ("Usage", "lucide--chart-no-axes-column", "operating_usage"),
    ("Jobs", "lucide--list-todo", "operating_jobs"),
    ("Versions", "lucide--package", "operating_versions"),
    ("Retention", "lucide--hourglass", "operating_retention"),
    ("Switches", "lucide--toggle-right", "operating_switches"),
    ("Product updates", "lucide--megaphone", "operating_updates"),
)
