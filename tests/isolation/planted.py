"""
Harbour with something in every corner, so that "does not leak" is said of something that could.

A new kind of object in an address (`<thing:thing_id>`) needs a line in `ADDRESSED`: the test of its routes says so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings

from operant.demo import logos
from operant.panel.notifications.models import Notification
from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries
from operant.panel.organizations.models import Invitation, Membership, Role, ServiceAccount, Vouching
from operant.panel.tokens.models import Token
from operant.panel.webhooks import actions as webhooks
from operant.panel.webhooks.models import Attempt, Delivery, Endpoint
from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.tenancy.ids import public_id
from operant.relay.actions import deploying, keeping, picturing, places, playlists, schedules, takeovers
from operant.relay.actions import filters as keeping_filters
from operant.relay.models import Deployment, Entry, Group, Playlist, Rule, SavedFilter, Schedule, Screen, Site, Takeover
from operant.relay.queries import fleet
from operant.relay.queries.takeovers import held
from operant.relay.queries.targets import ALL, Target
from operant.stage import actions as boards
from operant.stage import saved
from operant.stage import schedules as extracting
from operant.stage.models import Alert, Annotation, Dashboard, Result, SavedQuery, Share, Source
from operant.stage.postgres import Database
from operant.stage.terms import Terms
from operant.testing import api, pictures, relay, stage
from operant.testing import cast as casting
from operant.testing.cast import Cast
from operant.testing.factors import proven

# Stands in every name that Harbour gives: wherever somebody else reads it, something leaked.
MARK = "Zephyrine"
FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


@dataclass
class World:
    """The cast, what stands in Harbour, and a browser for each person."""

    cast: Cast
    dashboard: Dashboard
    deleted: Dashboard
    source: Source
    result: Result
    database: Source
    dataset: Source
    extract: Source
    alert: Alert
    share: Share
    annotations: dict[str, Annotation]
    saved: SavedQuery
    using: Dashboard
    screen: Screen
    playlist: Playlist
    turn: Entry
    schedule: Schedule
    rule: Rule
    site: Site
    group: Group
    takeover: Takeover
    filters: dict[str, SavedFilter]
    deployment: Deployment
    planned: Deployment
    tv: relay.Tv
    invitation: Invitation
    token: Token
    notifications: dict[str, Notification]
    delivery: Delivery
    service: ServiceAccount
    vouching: Vouching
    clients: dict[str, Client]
    # What members were answered, by person, address and method: whatever they ask for is undone, so it is the same again.
    statuses: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def entry(self) -> Announcement:
        with self.cast.at_harbour():
            return Announcement.objects.get(name="relay.screen.paired")

    def member(self) -> Membership:
        with self.cast.at_harbour():
            return Membership.objects.get(person=self.cast.cleo)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever the block does to the database, it is as before afterwards."""
        block = transaction.atomic()
        # Scopes insist on being outermost, and make way only for a test's own transaction.
        block._from_testcase = True
        with block:
            yield
            transaction.set_rollback(True)


# The last part of an address, by the name that the route gives it: what stands there in Harbour.
ADDRESSED: dict[str, Callable[[World], Any]] = {
    "member_id": lambda world: world.member().pk,
    "invitation_id": lambda world: world.invitation.pk,
    "dashboard_id": lambda world: world.dashboard.pk,
    "alert_id": lambda world: world.alert.pk,
    "annotation_id": lambda world: world.annotations["here"].pk,
    "saved_id": lambda world: world.saved.pk,
    "share_id": lambda world: world.share.pk,
    "source_id": lambda world: world.source.pk,
    "result_id": lambda world: world.result.pk,
    "screen_id": lambda world: world.screen.pk,
    "playlist_id": lambda world: world.playlist.pk,
    "turn_id": lambda world: world.turn.pk,
    "schedule_id": lambda world: world.schedule.pk,
    "rule_id": lambda world: world.rule.pk,
    "takeover_id": lambda world: world.takeover.pk,
    "site_id": lambda world: world.site.pk,
    "group_id": lambda world: world.group.pk,
    "filter_id": lambda world: world.filters["ada"].pk,
    "deployment_id": lambda world: world.deployment.pk,
    "token_id": lambda world: world.token.pk,
    "notification_id": lambda world: world.notifications["ada"].pk,
    "endpoint_id": lambda world: world.delivery.endpoint_id,
    "delivery_id": lambda world: world.delivery.pk,
    "service_id": lambda world: world.service.pk,
    "vouching_id": lambda world: world.vouching.pk,
    "entry_id": lambda world: world.entry().pk,
    "number": lambda world: 1,
    "guide": lambda world: "webos",
}
# Where one kind of object is not enough: by the route's name.
ADDRESSED_AT: dict[tuple[str, str], Callable[[World], Any]] = {
    ("dashboard-return", "dashboard_id"): lambda world: world.deleted.pk,
    ("annotation-return", "annotation_id"): lambda world: world.annotations["removed"].pk,
    ("api_delete_annotation", "annotation_id"): lambda world: world.annotations["everywhere"].pk,
    ("deployment_cancellation", "deployment_id"): lambda world: world.planned.pk,
    ("api_cancel_deployment", "deployment_id"): lambda world: world.planned.pk,
    ("source-tests", "source_id"): lambda world: world.database.pk,
    ("source-connection", "source_id"): lambda world: world.database.pk,
    ("source-connection-tests", "source_id"): lambda world: world.database.pk,
    ("api_return_dashboard", "dashboard_id"): lambda world: world.deleted.pk,
    ("source-extract", "source_id"): lambda world: world.extract.pk,
    ("extract-refresh", "source_id"): lambda world: world.extract.pk,
    ("api_get_extract", "source_id"): lambda world: world.extract.pk,
    ("api_change_extract", "source_id"): lambda world: world.extract.pk,
    ("api_refresh_extract", "source_id"): lambda world: world.extract.pk,
    ("api_append_rows", "source_id"): lambda world: world.dataset.pk,
    ("api_replace_rows", "source_id"): lambda world: world.dataset.pk,
}
# What belongs to one person: each asks for their own, and strangers for Ada's.
OWN: dict[str, Callable[[World, str], Any]] = {
    "filter_id": lambda world, person: world.filters.get(person, world.filters["ada"]).pk,
    "notification_id": lambda world, person: world.notifications.get(person, world.notifications["ada"]).pk,
}
# Parts that are no object: nothing is taken out of Harbour by them.
PLAIN = {"number", "guide"}


def plant() -> World:
    """Return a world in the database. Call inside a test's transaction."""
    with override_settings(**FAST):
        cast = casting.build()
    with cast.at_harbour(cast.ben):
        source = stage.newer(stage.source(cast.ben, name=f"{MARK} orders"), cast.ben)
        # At an address that is never called: nothing leaves this machine when somebody tests it.
        place = Database("", "169.254.169.254", 5432, f"{MARK.lower()}_shop", "ada", f"{MARK} secret", tls="off")
        database = boards.connect(name=f"{MARK} shop", place=place, by=cast.ben)
        dataset = boards.declare(name=f"{MARK} sales", columns=[("pieces", "integer")], by=cast.ben)
        hourly = extracting.Schedule(every_minutes=60)
        extract = boards.make_extract(name=f"{MARK} heap", origin=database, sql="select 1", schedule=hourly, by=cast.ben)
        content = stage.document(source, title=f"{MARK} pulse")
        dashboard = stage.published(cast.ben, name=f"{MARK} pulse", content=content).dashboard
        later = clock.now() + timedelta(days=1)
        boards.plan_publication(dashboard=dashboard, revision=dashboard.revision, at=later, by=cast.ben, note=f"{MARK} later")
        low = Terms(f"{MARK} is low", "q1", "revenue", "last", "below", Decimal(20))
        alert = boards.create_alert(dashboard=dashboard, terms=low, by=cast.ben)
        share, _ = boards.create_share(dashboard=dashboard, name=f"{MARK} board", by=cast.ada)
        annotations = _annotated(dashboard, cast)
        shared = boards.save_query(query={**content["queries"][0], "name": f"{MARK} sum"}, by=cast.ben)
        use = {**content, "title": f"{MARK} use", "queries": [{"id": "q1", **saved.content(shared)}]}
        using = stage.published(cast.ben, name=f"{MARK} use", content=use).dashboard
        boards.change_saved(saved=shared, query={**saved.content(shared), "refresh_seconds": 600}, by=cast.ben)
        deleted = stage.dashboard(cast.ben, name=f"{MARK} of old")
        boards.archive(dashboard=deleted)
    tv = relay.Tv()
    screen = relay.paired(tv, cast.at_harbour, cast.ann, name=f"{MARK} lobby", dashboard=dashboard)
    with cast.at_harbour(cast.ben):
        playlist = playlists.make_playlist(name=f"{MARK} round", by=cast.ben, entries=[playlists.Turn(dashboard)])
        noon = schedules.Wish(f"{MARK} noon", dashboard=dashboard)
        schedule = schedules.make_schedule(name=f"{MARK} hours", by=cast.ben, rules=[noon])
        turn, rule = Entry.objects.get(), Rule.objects.get()
        over = {"text": f"{MARK} drill", "until": clock.now() + timedelta(days=1)}
        takeover = takeovers.take_over(screens=held([ALL]), by=cast.ben, **over)
        site = places.make_site(name=f"{MARK} quay", by=cast.ben)
        group = places.make_group(name=f"{MARK} lobbies", by=cast.ben)
        places.place(screen=screen, site=site, group=group, tags=[f"{MARK} tall"])
        asked = keeping.send(screen=screen, kind="screenshot", by=cast.ben)
        sent = {"command": public_id("cmd", asked.pk), "version": dashboard.published.public_id, "content": pictures.jpeg()}
        picturing.keep_screenshot(screen=fleet.screen(screen.pk), **sent)
        filters = _filters(cast)
        deployment, planned = _deployed(cast, dashboard, group)
    invitation, delivery, service, vouching = _run(cast, dashboard)
    token, _ = api.made(cast.at_harbour, cast.ann, name=f"{MARK} nightly")
    notifications = _notified(cast)
    clients = _clients(cast)
    with cast.at_harbour():
        result = Result.objects.get(source=source)
    return World(
        cast, dashboard, deleted, source, result, database, dataset, extract, alert, share, annotations, shared, using, screen,
        playlist, turn, schedule, rule, site, group, takeover, filters, deployment, planned, tv, invitation, token, notifications,
        delivery, service, vouching, clients,
    )  # fmt: skip


def _run(cast: Cast, dashboard: Dashboard) -> tuple[Invitation, Delivery, ServiceAccount, Vouching]:
    """What whoever runs an organization leaves in it."""
    with cast.at_harbour(cast.ada):
        by = Membership.objects.select_related("person").get(person=cast.ada)
        logo = ContentFile(logos.harbour())
        organizations.put_logo(organization=queries.organization(), upload=logo, file_name=f"{MARK}.png")
        invitation = organizations.invite(by=by, email=f"dora@{MARK.lower()}.example", role=Role.VIEWER)
        delivery = _delivered(webhooks.add(by=by, address="https://169.254.169.254.invalid/", description=f"{MARK} till"))
        Invitation.objects.update(sent_at=F("sent_at") - timedelta(hours=1))
        ben = Membership.objects.select_related("person").get(person=cast.ben)
        organizations.give_right(by=by, member=ben, about=dashboard, name=dashboard.name, role=Role.EDITOR)
        service = organizations.make_service_account(by=by, name=f"{MARK} robot", role=Role.EDITOR)
        vouching = Vouching.objects.create(person=cast.ben, recovery=uuid4(), until=clock.now())
    return invitation, delivery, service, vouching


def _filters(cast: Cast) -> dict[str, SavedFilter]:
    members = Membership.objects.select_related("person").filter(person__in=[cast.ada, cast.ann, cast.ben, cast.cleo])
    return {
        each.person.name.lower(): keeping_filters.keep_filter(member=each, name=f"{MARK} dark", query="status=offline")
        for each in members
    }


def _deployed(cast: Cast, dashboard: Dashboard, group: Group) -> list[Deployment]:
    """One that runs, and one that is planned."""
    how = {"version": dashboard.published, "by": cast.ben, "stand_seconds": 60, "patience_seconds": 600}
    times = {"first": None, "then": clock.now() + timedelta(days=1)}
    stages = [Target("group", group.pk), ALL]
    return [deploying.deploy(**how, stages=stages, note=f"{MARK} {word}", at=at) for word, at in times.items()]


def _annotated(dashboard: Dashboard, cast: Cast) -> dict[str, Annotation]:
    places = {"everywhere": None, "here": dashboard, "removed": dashboard}
    made = {
        name: boards.annotate(dashboard=place, at=clock.now(), text=f"{MARK} {name}", by=cast.ben) for name, place in places.items()
    }
    boards.remove_annotation(annotation=made["removed"], by=cast.ben)
    return made


def _delivered(endpoint: Endpoint) -> Delivery:
    # It was told of its own beginning.
    delivery = Delivery.objects.get(endpoint=endpoint)
    Attempt.objects.create(delivery=delivery, at=clock.now(), status=500, answer=f"{MARK} is away", took_ms=7)
    delivery.settle(Delivery.State.FAILED, attempts=1, status=500, because="Answered 500.")
    return Delivery.objects.get(pk=delivery.pk)


def missing(name: str) -> Any:
    """Return an identity of the same shape that nothing has."""
    return 99 if name in PLAIN else uuid4()


def written(prefix: str, key: Any) -> str:
    """Return an identity as programs write it."""
    return public_id(prefix, key)


def _notified(cast: Cast) -> dict[str, Notification]:
    with cast.at_harbour():
        made = Announcement.objects.get(name="tokens.token.made")
        return {
            name: Notification.objects.create(person=getattr(cast, name), event=made, category="programs")
            for name in ("ada", "ann", "ben", "cleo")
        }


def _clients(cast: Cast) -> dict[str, Client]:
    clients = {"nobody": Client()}
    for name in ("ada", "ann", "ben", "cleo", "mallory"):
        person = getattr(cast, name)
        clients[name] = casting.signed_in(person)
        # What asks again who it is lets them past, so that it can be tried what stands behind.
        proven(clients[name], person)
    return clients
