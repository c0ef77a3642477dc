import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.urls import reverse

from operant.panel.accounts.models import Person, Tries
from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Organization
from operant.platform import clock, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Invalid, NotFound, Refusal, TooMany

from .. import events, naming, queries
from ..models import Dashboard, Share
from ..sharing import openings, tokens
from ..sharing import origins as embedding
from ..variables import Variable, checked, said

MOST_SHARES = 50
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
NOTHING = "This link shows nothing. It has ended or was taken back, or its address is cut short. Ask whoever sent it to you."
WRONG = "That is not the password of this link."
# Each: how many, within how many seconds. Openings and passwords of one network at one link, passwords at one link from
# everywhere, addresses that are no links from one network.
OPENINGS, PASSWORDS, PASSWORDS_AT_ALL, UNKNOWN = (300, 60), (10, 300), (100, 3_600), (60, 60)


_SAID = {
    "name": "name", "expires_at": "end", "password": "password", "origins": "pages that may embed it", "values": "variables",
    "open_variables": "variables that can be chosen",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What somebody with a link may look at: the link, its dashboard with what is published, and whose they are."""

    share: Share
    dashboard: Dashboard
    organization: Organization

    @property
    def title(self) -> str:
        """What the published dashboard is called; its draft may have another name by now."""
        return self.dashboard.published.document["title"] or self.dashboard.name

    @property
    def document(self) -> dict[str, Any]:
        """What is published."""
        return self.dashboard.published.document

    def variables(self) -> list[Variable]:
        """Return what its address may set: what the link leaves open and has choices. Inside the scope."""
        opened = set(self.share.open_variables)
        return [each for each in queries.variables(self.document) if each.name in opened and each.choices is not None]

    def values(self, said: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """
        Return what is asked with: what the link is set to, and what its address says of variables that it leaves open.

        All values are all choices here, where neither the link nor the dashboard shows more by itself.

        :raises Invalid: when the address sets anything else, or what is none of the choices.
        """
        opened = {each.name: each for each in self.variables()} if said else {}
        chosen = checked(opened.values(), said)
        for name, value in chosen.items():
            if value == [] and self.share.values.get(name, opened[name].default) != []:
                chosen[name] = sorted(opened[name].choices or ())
        return {**self.share.values, **chosen}

    def is_open_to(self, grant: str) -> bool:
        """Return whether it needs no password, or this grant says that somebody knew it."""
        kept = {"token_hash": bytes(self.share.token_hash), "password": self.share.password}
        return not self.share.password or tokens.is_granted(grant, at=clock.now(), **kept)


def create_share(
    *, dashboard: Dashboard, name: str, by: Person, expires_at: datetime | None = None, password: str = "",
    origins: list[str] | None = None, values: dict[str, Any] | None = None, open_variables: Iterable[str] = (),
) -> tuple[Share, str]:  # fmt: skip
    """
    This function will make a share link, and return it with the token that nobody can be shown again.

    `values` are what its dashboard's variables are set to, and `open_variables` those with choices that its address may set.

    :raises Invalid: when its end is over, its password too short, an origin is none, or a variable cannot be set like that.
    :raises Refusal: when nothing is published, or there are fifty of the dashboard already.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if dashboard.published is None:
        raise Refusal(f"{dashboard.name} is not published yet, so a link would show nothing. Publish it first.")
    _refuse_past(expires_at)
    if dashboard.shares.count() >= MOST_SHARES:
        raise Refusal(f"{dashboard.name} has {MOST_SHARES} share links, and no more are kept. Revoke one first.")
    known = queries.variables(dashboard.published.document)
    text, token_hash = tokens.new(dashboard.organization_id)
    share = Share.objects.create(
        dashboard=dashboard, name=naming.clean(name, "A share link"), token_hash=token_hash, password=_hidden(password),
        origins=embedding.checked(origins or []), expires_at=expires_at, created_by=organizations.person_of(by),
        values=checked(known, values or {}), open_variables=_opened(known, open_variables),
    )  # fmt: skip
    announce(
        events.ShareCreated(
            **_named(share, dashboard), has_password=bool(password), expires_at=queries.instant(expires_at) or "",
            origins=" ".join(share.origins), created_by=by.name, values=said(share.values),
            open_variables=", ".join(share.open_variables),
        ),
        about=share,
    )  # fmt: skip
    return share, text


def change_share(*, share: Share, by: Person, changes: dict[str, Any]) -> Share:
    """
    This function will change a link; its address stays. `changes` has what is to be another, by the names of `create_share`.

    A password that is empty is taken away. Another one ends what was granted for the one before.

    :raises NotFound: when it was revoked.
    :raises Invalid: as when it is made.
    """
    share = queries.share(share.pk, dashboard_id=share.dashboard_id, locked=True)
    fields = _changed(share, changes)
    different = [name for name, value in fields.items() if getattr(share, name) != value]
    if not different:
        return share
    for name in different:
        setattr(share, name, fields[name])
    share.save(update_fields=different)
    told = [each for each in _SAID if each in different]
    announce(
        events.ShareChanged(
            **_named(share, share.dashboard), what=", ".join(_SAID[each] for each in told), has_password=bool(share.password),
            expires_at=queries.instant(share.expires_at) or "", origins=" ".join(share.origins), values=said(share.values),
            open_variables=", ".join(share.open_variables), changed_by=by.name,
        ),
        about=share,
    )  # fmt: skip
    return share


def address(token: str) -> str:
    """Return the whole address of a link."""
    return settings.PUBLIC_URL + reverse("shared", args=[token])


def revoke_share(*, share: Share, by: Person) -> None:
    """
    This function will end a link: it shows nothing from its next request on, and nobody can bring it back.

    :raises NotFound: when it was revoked before.
    """
    share = queries.share(share.pk, dashboard_id=share.dashboard_id, locked=True)
    about = _named(share, share.dashboard)
    announce(events.ShareRevoked(**about, openings=share.openings, revoked_by=by.name), about=share)
    share.delete()


def shown(*, text: str, network: str) -> Shown:
    """
    This function will return what a link shows. Opens its own scope.

    The answer is the same for links that never were, have ended or were revoked, and while there is nothing to show.

    :raises NotFound: when it shows nothing.
    :raises TooMany: when a network has tried too many addresses that are no links.
    """
    written = tokens.read(text)
    if written:
        with tenancy.organization_scope(written.organization_id):
            share = queries.showing_share(written.hash)
            if share:
                return Shown(share, share.dashboard, organizations.organization())
    _take("unknown", network, UNKNOWN)
    raise NotFound(NOTHING)


def enter(*, found: Shown, password: str, network: str) -> str:
    """
    This function will return a grant to whoever says the password of a link. Never inside a scope.

    :raises Invalid: when it is another one.
    :raises TooMany: when too many were wrong, from this network or from all together.
    """
    share = found.share
    # Counted before they are looked at, so that many at once are no more tries than one after the other.
    taken = [_take("password", f"{share.pk} {network}", PASSWORDS), _take("password", str(share.pk), PASSWORDS_AT_ALL)]
    if not check_password(password[:LONGEST_PASSWORD + 1], share.password):
        raise Invalid(WRONG)
    for key, at in taken:
        Tries.give_back(key, at)
    return tokens.grant(token_hash=bytes(share.token_hash), password=share.password, at=clock.now())


def count_opening(*, found: Shown, network: str) -> None:
    """
    This function will count that somebody opened a link. Opens its own scope.

    :raises TooMany: when a network opens it again and again.
    """
    _take("opening", f"{found.share.pk} {network}", OPENINGS)

    def write(count: int) -> None:
        with tenancy.organization_scope(found.share.organization_id):
            Share.objects.filter(pk=found.share.pk).update(openings=F("openings") + count, opened_at=clock.now())

    openings.OPENINGS.count(found.share.pk, write)


def _changed(share: Share, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that these changes set, each checked."""
    fields: dict[str, Any] = {}
    if "name" in changes:
        fields["name"] = naming.clean(changes["name"], "A share link")
    if "expires_at" in changes:
        _refuse_past(changes["expires_at"])
        fields["expires_at"] = changes["expires_at"]
    if "password" in changes:
        fields["password"] = _hidden(changes["password"] or "")
    if "origins" in changes:
        fields["origins"] = embedding.checked(changes["origins"])
    if "values" in changes or "open_variables" in changes:
        if share.dashboard.published is None:
            raise Refusal(f"{share.dashboard.name} is not published, so it has no variables to set. Publish it first.")
        known = queries.variables(share.dashboard.published.document)
        if "open_variables" in changes:
            fields["open_variables"] = _opened(known, changes["open_variables"])
        if "values" in changes:
            fields["values"] = checked(known, changes["values"])
    return fields


def _refuse_past(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid("A link ends in the future.")


def _opened(known: Iterable[Variable], names: Iterable[str]) -> list[str]:
    choosing, opened = {each.name for each in known if each.choices is not None}, list(dict.fromkeys(names))
    if strange := [each for each in opened if each not in choosing]:
        raise Invalid(f"{strange[0][:40]} is no variable with choices, so whoever has the link cannot choose one.")
    return opened


def _hidden(password: str) -> str:
    if not password:
        return ""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"A link's password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return make_password(password)


def _named(share: Share, dashboard: Dashboard) -> dict[str, str]:
    return {
        "share_id": share.public_id, "name": share.name, "dashboard_id": dashboard.public_id, "dashboard": dashboard.name,
    }  # fmt: skip


def _take(what: str, who: str, limit: tuple[int, int]) -> tuple[str, float]:
    most, seconds = limit
    key = hashlib.sha256(f"stage.share.{what}:{who}".encode()).hexdigest()
    at = Tries.take(key, most=most, seconds=seconds)
    if at is None:
        raise TooMany("This was tried too often. Wait a few minutes, then try again.", retry_after=seconds)
    return key, at
