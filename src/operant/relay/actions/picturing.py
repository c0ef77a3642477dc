"""Pictures that screens draw of themselves: the newest of each, for a week."""

from datetime import timedelta

from operant.platform import retention
from operant.platform.events import announce
from operant.platform.files import pictures
from operant.platform.refusals import Gone, Invalid

from .. import events
from ..models import Command, Screen, Screenshot
from ..queries import devices
from .hearing import painted

KEPT_FOR = retention.keep(
    "screenshots", "The last picture that each screen drew of itself", kept=timedelta(days=7), since="after it was taken",
    chore="relay.forget_screenshots",
)  # fmt: skip
JPEG = b"\xff\xd8\xff"
OVER = "This picture is not waited for any more: it came before, or too late. Ask for another one."


def keep_screenshot(*, screen: Screen, command: str, version: str | None, content: bytes) -> None:
    """
    This function will keep the picture that a screen was asked for, in place of the one before, and note that it came.

    :raises NotFound: when this screen was never asked that.
    :raises Gone: when it was answered before, or was asked too long ago.
    :raises Invalid: when it is no JPEG picture, or the version is not one that was published here.
    """
    asked = devices.command(screen, command)
    if asked.kind != Command.Kind.SCREENSHOT or asked.state not in {"sent", "heard"}:
        raise Gone(OVER)
    if not content.startswith(JPEG):
        raise Invalid("A screen sends its picture as JPEG.")
    _, jpeg = pictures.cleaned(content)
    version_id = painted(screen, version)
    # Before its command, as whoever gives it another device does. Whoever unpairs it waits, or was faster.
    if not Screen.objects.paired().filter(pk=screen.pk, generation=screen.generation).select_for_update(no_key=True).exists():
        raise Gone(OVER)
    # Of two that come at once one is kept.
    if not asked.settle():
        raise Gone(OVER)
    drop_screenshot(screen=screen)
    Screenshot.objects.create(screen=screen, jpeg=jpeg, version=version_id)
    about = {"screen_id": screen.public_id, "name": screen.name, "kind": asked.get_kind_display().lower()}
    announce(events.CommandDone(**about), about=screen)


def drop_screenshot(*, screen: Screen) -> None:
    """This function will delete the picture of a screen, if there is one."""
    Screenshot.objects.filter(screen=screen).delete()


def forget_screenshots() -> int:
    """This function will delete the pictures that are older than a week; it returns how many."""
    return Screenshot.objects.filter(taken_at__lte=KEPT_FOR.cutoff).delete()[0]
