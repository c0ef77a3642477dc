"""The contract is kept: generated requests, right and wrong, against the whole program on a real database."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode

from operant.config.api import api
from operant.platform.api import contract
from operant.testing.api import made
from operant.testing.asgi import ask
from operant.testing.sampled import WHOLE
from tests.isolation.conftest import world  # noqa: F401 - the fixture of a planted Harbour
from tests.isolation.planted import ADDRESSED, ADDRESSED_AT, written

HOST = "http://localhost"
SCHEMA = schemathesis.openapi.from_dict({**contract.whole(api), "servers": [{"url": HOST}]})
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}
# It asks again over a network; tests/isolation asks every endpoint without a good token.
ELSEWHERE = ["ignored_auth"]
# What fits the shape and is refused all the same, each with the reason.
MORE_THAN_A_SHAPE = {
    "mute_screen": "a time is to come, within a week",
    "set_alerting": "a whole number is written without a point", "set_screen_alerting": "a whole number is written without a point",
    "annotate": "a time is one of these centuries; a text is more than spaces",
    "annotate_dashboard": "a time is one of these centuries; a text is more than spaces",
    "append_rows": "rows have the columns of their dataset",
    "add_webhook": "an address is one that may be called; an event exists",
    "change_alert": "a figure is one that the dashboard asks",
    "change_extract": "a schedule is an interval or a time of the day; a query is more than spaces",
    "change_organization": "a time zone is one of several hundred names",
    "change_playlist": "a dashboard exists, a name is more than spaces",
    "change_schedule": "a time zone and a day are some of those that look like it",
    "change_screen": "22 letters can be more than any id",
    "change_webhook": "an address is one that may be called; an event exists",
    "connect_database": "a host and a certificate are more than text",
    "connect_feed": "an address is one that may be called",
    "create_alert": "a figure is one that the dashboard asks",
    "create_dashboard": "a document's parts fit together; the source exists",
    "create_from_text": "not every text is a dashboard",
    "change_share": "an origin is one, and an end is to come",
    "create_share": "an origin is one, and an end is to come",
    "deploy_dashboard": "a version and the screens of a stage exist, and a time is still to come",
    "file_dashboard": "a tag has no comma",
    "make_extract": "its origin is a database; a schedule is an interval or a time of the day",
    "make_playlist": "a dashboard exists, a name is more than spaces",
    "make_site": "a time zone is one of several hundred names, a name is more than spaces",
    "change_site": "a time zone is one of several hundred names, a name is more than spaces",
    "make_group": "a name is more than spaces",
    "rename_group": "a name is more than spaces",
    "make_schedule": "a time zone and a day are some of those that look like it",
    "make_service_account": "a name is more than spaces",
    "get_renderings": "a time begins before it ends, and heartbeats are kept for three months",
    "get_showing": "a time is one within ten years",
    "list_showings": "a time is one within ten years",
    "invite": "an address is more than its form",
    "mute_alert": "a time is one to come",
    "pair_screen": "22 letters can be more than any id",
    "pin_columns": "a column is one of the source",
    "plan_publication": "a time is one to come",
    "take_over_screens": "a time is one to come, and within a week; a message or a dashboard",
    "make_version": "an empty draft is no version",
    "publish_dashboard": "an empty draft is not published",
    "publish_version_again": "a whole number is written without a point",
    "put_logo": "not every file is a picture",
    "query_source": "not every text is SQL",
    "remove_logo": "there is none to remove",
    "replace_file": "not every file is a table",
    "replace_rows": "rows have the columns of their dataset",
    "replace_text": "not every text is a dashboard",
    "change_saved_query": "a name is more than spaces; parameters and steps fit together",
    "publish_saved_query": "a dashboard exists",
    "save_query": "a name is more than spaces; parameters and steps fit together",
    "save_query_from_text": "not every text is a saved query",
    "save_draft": "a document's parts fit together",
    "set_budget": "a whole number is written without a point",
    "upload_source": "not every file is a table",
    "use_source_version": "a whole number is written without a point",
}
# Always the same requests, so that a failure can be found again; `make prove ONLY=whole` makes more of them.
SAME = settings(
    max_examples=20 if WHOLE else 2, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
PREFIXES = {
    "dashboard_id": "dsh", "source_id": "src", "screen_id": "scr", "member_id": "mem", "invitation_id": "ivt",
    "alert_id": "alr", "site_id": "sit", "group_id": "grp", "endpoint_id": "whe", "delivery_id": "whd", "service_id": "svc",
}  # fmt: skip


@pytest.fixture(scope="module")
def bearer(world):  # noqa: F811
    return f"Bearer {made(world.cast.at_harbour, world.cast.ada)[1]}"


@pytest.fixture
def hasty(settings):
    settings.API_PER_MINUTE = 1_000_000


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_contract_names(world, bearer, hasty, name, mode):  # noqa: F811
    operation = OPERATIONS[name]
    if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
        return

    left_out = [*ELSEWHERE, *(["positive_data_acceptance"] if name in MORE_THAN_A_SHAPE else [])]

    @SAME
    @given(case=operation.as_strategy(mode))
    def holds(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters = _planted(world, name, case.path_parameters)
            # Only a list writes its cursors.
            case.query = {key: value for key, value in (case.query or {}).items() if key != "cursor"}
        with world.undone():
            response = _sent(case, bearer)
        # What is too large is refused as well, which the check does not know.
        known = [*left_out, *(["negative_data_rejection"] if response.status_code == 413 else [])]
        case.validate_response(response, excluded_checks=[each for each in CHECKS.get_all() if each.__name__ in known])

    holds()


def _can_be_wrong(operation: Any) -> bool:
    raw = operation.definition.raw
    return bool(raw.get("requestBody") or [each for each in raw["parameters"] if each["in"] == "query"])


def _planted(world: Any, name: str, parameters: Any) -> dict[str, Any]:  # noqa: F811
    def value(part: str) -> Any:
        planted = ADDRESSED_AT.get((f"api_{name}", part), ADDRESSED[part])(world)
        return written(PREFIXES[part], planted) if part in PREFIXES else str(planted)

    return {part: value(part) for part in parameters or {}}


def _sent(case: Any, bearer: str) -> Response:
    told = case.as_transport_kwargs(base_url=HOST, headers={"Authorization": bearer})
    known = {key: told[key] for key in ("method", "url", "headers", "params", "data", "json", "files") if key in told}
    request = requests.Request(**known).prepare()
    body = request.body or b""
    headers = {name.replace("-", "_").lower(): _text(value) for name, value in request.headers.items()}
    answer = ask(request.method, request.path_url, body.encode() if isinstance(body, str) else body, **headers)
    return Response(
        status_code=answer.status, headers={name: answer.all(name) for name, _ in answer.headers}, content=answer.body,
        request=request, elapsed=0.0, verify=False,
    )  # fmt: skip


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
