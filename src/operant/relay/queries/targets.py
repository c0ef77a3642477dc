"""What something is sent to: one screen, those of a group, a site or a tag, or all. Inside the organization's scope."""

from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID

from operant.platform.refusals import Invalid
from operant.platform.tenancy.ids import parse_public_id, public_id

from ..models import Screen, Screens
from . import places

Kind = Literal["all", "site", "group", "tag", "screen"]
PREFIXES: dict[Kind, str] = {"site": "sit", "group": "grp", "screen": "scr"}


@dataclass(frozen=True, slots=True)
class Target:
    """
    Which screens are meant, whichever they are at the moment when somebody asks.

    As text: `all`, `tag:` and the tag, or the public id of a screen, a group or a site.
    """

    kind: Kind
    id: UUID | None = None
    tag: str = ""

    def __str__(self) -> str:
        if self.id is None:
            return f"tag:{self.tag}" if self.kind == "tag" else "all"
        return public_id(PREFIXES[self.kind], self.id)

    @classmethod
    def read(cls, text: str) -> Self:
        """
        Return what a text names.

        :raises Invalid: when it names nothing.
        """
        if text == "all":
            return cls("all")
        if text.startswith("tag:") and (tag := text.removeprefix("tag:").strip()):
            return cls("tag", tag=tag)
        kind = next((kind for kind, prefix in PREFIXES.items() if text.startswith(f"{prefix}_")), None)
        try:
            return cls(kind, parse_public_id(PREFIXES[kind], text)) if kind else cls._refused(text)
        except ValueError:
            return cls._refused(text)

    @staticmethod
    def _refused(text: str):
        raise Invalid(f"“{text[:40]}” names no screens. Say all, tag: and a tag, or the id of a screen, a group or a site.")


ALL = Target("all")


def screens_of(target: Target) -> Screens:
    """Return the paired screens that are meant now; none where the screen, the group or the site is gone."""
    paired = Screen.objects.paired()
    match target.kind:
        case "all":
            return paired
        case "tag":
            return paired.filter(tags__contains=[target.tag])
        case "screen":
            return paired.filter(pk=target.id)
        case "site":
            return paired.filter(site=target.id)
        case "group":
            return paired.filter(group=target.id)


def words(target: Target) -> str:
    """
    Return who is meant, in words: “all screens”, “the site Leeds”, “screens tagged lobby”.

    :raises NotFound: when the screen, the group or the site is none of the organization's.
    """
    match target.kind:
        case "all":
            return "all screens"
        case "tag":
            return f"screens tagged {target.tag}"
        case "site":
            return f"the site {places.site(target.id).name}"
        case "group":
            return f"the group {places.group(target.id).name}"
        case "screen":
            return places.screen(target.id).name


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be meant, for a choice in a form: everything, groups, sites, tags, and single screens."""
    screens = Screen.objects.paired().order_by("name", "pk").only("pk", "name")
    found = [
        ("Everywhere", [(str(ALL), "All screens")]),
        ("Groups", [(each.public_id, each.name) for each in places.groups()]),
        ("Sites", [(each.public_id, each.name) for each in places.sites()]),
        ("Tags", [(str(Target("tag", tag=each)), each) for each in places.tags()]),
        ("Screens", [(each.public_id, each.name) for each in screens]),
    ]
    return [(label, rows) for label, rows in found if rows]
