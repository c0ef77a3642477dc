"""The operator's pages: who comes in, and what each one says."""

import re
from collections import Counter
from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operant.panel.organizations.models import Membership, Organization, Role
from operant.platform import clock, files, retention, tenancy
from operant.platform.observing.models import Failure, Usage
from operant.platform.queue import looking
from operant.testing import cast as casting

PAGES = [
    "/operator/", "/operator/organizations", "/operator/usage", "/operator/retention", "/operator/jobs",
    "/operator/jobs?status=waiting", "/operator/jobs?status=running", "/operator/jobs/chores", "/operator/versions",
    "/operator/switches", "/operator/updates", "/operator/updates/new", "/operator/outbox", "/operator/errors",
]  # fmt: skip
VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\bs\d+_x\d+\b")


def test_an_operator_comes_in_and_an_owner_does_not(cast, operator, signed_in):
    assert {page: operator.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)
    for other in (signed_in(cast.ada), signed_in(cast.mallory), Client()):
        found = {page: other.get(page, headers={"X-Forwarded-For": "203.0.113.9"}).status_code for page in PAGES}
        assert found == dict.fromkeys(PAGES, 404)


def test_the_room_is_for_owners_and_admins_and_the_mails_of_others_for_owners(cast, operator, signed_in):
    found = {}
    for role in Role:
        with tenancy.organization_scope(tenancy.OPERATOR):
            Membership.objects.filter(person=cast.cleo).update(role=role)
        answers = [operator.get("/operator/"), operator.get("/operator/outbox"), operator.get(f"/operator/outbox/{uuid4()}")]
        notice = operator.post("/operator/switches", {"words": f"Told as {role}"})
        found[role.value] = [*(answer.status_code for answer in (*answers, notice)), "/operator/outbox" in _links(answers[0])]
    kept_out = [404, 404, 404, 404, False]
    assert found == {
        "viewer": kept_out, "editor": kept_out, "admin": [200, 404, 404, 302, False], "owner": [200, 200, 404, 302, True],
    }  # fmt: skip


def test_whoever_sits_at_the_machine_sees_mails_and_errors_and_nothing_else(cast):
    here = Client(SERVER_NAME="localhost")
    assert {page: here.get(page).status_code for page in PAGES if "?" not in page} == {
        page: 200 if page in {"/operator/outbox", "/operator/errors"} else 404 for page in PAGES if "?" not in page
    }
    links = re.findall(r'class="ot-room" href="([^"]+)"', here.get("/operator/outbox").content.decode())
    assert sorted(set(links)) == ["/operator/errors", "/operator/outbox"]


def test_the_room_is_in_the_menu_of_operators_only(cast, operator, signed_in):
    assert "/operator/" in _links(operator.get("/o/harbour/"))
    assert "/operator/" not in _links(signed_in(cast.ada).get("/o/harbour/"))


def test_the_list_tells_how_much_there_is_of_each_organization(cast, operator):
    with cast.at_harbour(cast.ada):
        files.store(SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), name="a.csv")
        Usage.objects.create(day=clock.now().date(), feature="home", uses=2)
    lines = file(operator, "/operator/organizations?format=csv")
    today = f"{clock.now():%Y-%m-%d}"
    assert [line.split(",")[:6] for line in lines[1:]] == [
        ["Harbour", "active", "4", "0", "8", today], ["Meadow", "new", "1", "0", "0", ""],
        ["Operator", "operator", "1", "0", "0", ""],
    ]  # fmt: skip
    found = file(operator, "/operator/organizations?q=mead&format=csv")
    assert [line.split(",")[0] for line in found] == ["Organization", "Meadow"]


def test_an_organization_that_nobody_used_for_a_month_is_quiet(cast, operator):
    with cast.at_harbour(cast.ada):
        Organization.objects.update(created_at=clock.now() - timedelta(days=40))
        Usage.objects.create(day=(clock.now() - timedelta(days=30)).date(), feature="home", uses=2)
    assert [line.split(",")[0] for line in file(operator, "/operator/organizations?state=quiet&format=csv")] == [
        "Organization", "Harbour",
    ]  # fmt: skip


def test_what_is_wrong_stands_first_with_what_to_do(operator, settings):
    settings.IS_LOCAL = False
    Failure.objects.create(fingerprint="a", kind="KeyError", release="0", count=1)
    lines = file(operator, "/operator/?format=csv")
    states = {line.split(",")[0]: line.split(",")[1] for line in lines[1:]}
    assert {name: states[name] for name in ("Worker", "Errors", "Backup", "Mail", "Tenancy", "Migrations")} == {
        "Worker": "Silent", "Errors": "1 open", "Backup": "None yet", "Mail": "Kept in the outbox", "Tenancy": "Apart",
        "Migrations": "Current",
    }  # fmt: skip
    assert [line.split(",")[0] for line in lines[1:2]] == ["Worker"]
    assert "Start “operant worker”" in lines[1]


def test_settings_are_shown_and_secrets_are_not(operator, settings):
    page = operator.get("/operator/switches").content.decode()
    assert "OPERANT_SIGN_UP" in page and "set, and secret" in page
    secret = settings.OPERANT.DATABASE_URL
    assert secret and secret not in page
    assert settings.SECRET_KEY not in page


def test_versions_say_what_this_server_is_open_to(operator):
    page = operator.get("/operator/versions").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        assert cursor.fetchone()[0] in page
    assert "CVE-2026-6473" in page


def test_every_chore_is_on_the_page_and_lets_go_of_what_it_says(operator):
    page = operator.get("/operator/retention").content.decode()
    chores = {each.job for each in looking.rounds()}
    assert {kind.chore for kind in retention.kinds()} - {""} <= chores
    assert [kind.name for kind in retention.kinds() if kind.what.replace("'", "&#x27;") not in page] == []
    shown = {kind.name: kind.period for kind in retention.kinds()}
    assert {name: shown[name] for name in ("deliveries", "refused", "sign_ups", "checks")} == {
        "deliveries": "30 days after they were made",
        "refused": "90 days after they were refused",
        "sign_ups": "For ever, against spam, unless OPERANT_SIGN_UP_DAYS says less",
        "checks": "Until 50 later ones were made",
    }
    assert "90 days after the day" in page and "24 hours after they were given" in page


def test_pages_ask_the_same_for_three_and_for_thirty(cast, operator):
    asked = []
    for more in (3, 27):
        for _ in range(more):
            _another()
        asked.append({page: _asked(operator, page) for page in PAGES})
    few, many = asked
    assert {page: many[page] - few[page] for page in PAGES} == {page: Counter() for page in PAGES}


def test_the_crowd_is_on_the_page(cast, operator):
    """The control: the lists really grew."""
    _another()
    assert len(file(operator, "/operator/organizations?format=csv")) == 5
    assert Failure.objects.count() == 1


def _asked(operator: Client, page: str) -> Counter:
    with CaptureQueriesContext(connection) as captured:
        operator.get(page)
    return Counter(VALUE.sub("?", each["sql"]) for each in captured)


def _another() -> None:
    key = uuid4()
    Failure.objects.create(fingerprint=key.hex, kind="KeyError", release="0", count=1)
    with tenancy.organization_scope(key):
        Organization.objects.create(id=key, slug=key.hex[:12], name=f"Firm {key.hex[:4]}")
        Usage.objects.create(day=clock.now().date(), feature="home", uses=1)
    with tenancy.reception():
        casting.Person.objects.create_user(f"{key.hex}@firm.example", None, name="Somebody")
    looking.ProcrastinateJob.objects.create(
        queue_name="default", task_name="made.up", priority=0, args={}, status="failed", attempts=5, abort_requested=False
    )


def file(operator: Client, address: str) -> list[str]:
    return b"".join(operator.get(address).streaming_content).decode("utf-8-sig").splitlines()


def _links(response) -> list[str]:
    return re.findall(r'href="([^"]+)"', response.content.decode())

