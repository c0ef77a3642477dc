from operant.panel.accounts.models import Person
from operant.platform import clock

from ..models import COMMANDS_FOR, Command, Screen

COMMANDS_KEPT = 20


def ask(*, screen: Screen, kind: Command.Kind, by: Person | None) -> Command:
    """This function will leave a command for a screen, as long as that is of use, and forget the oldest of many."""
    old = Command.objects.filter(screen=screen).order_by("-created_at").values_list("pk", flat=True)[COMMANDS_KEPT - 1 :]
    Command.objects.filter(pk__in=list(old)).delete()
    return Command.objects.create(screen=screen, kind=kind, sent_by=by, expires_at=clock.now() + COMMANDS_FOR[kind])
