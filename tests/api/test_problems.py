import json
from uuid import uuid4

import pytest

from operant.config import api as composed
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.testing.api import Program
from operant.testing.asgi import ask


def told(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    found = answer.json()
    assert found["status"] == status
    assert found["type"].endswith(f"/docs/api#problem-{status}")
    assert {"title", "detail", "code"} <= found.keys()
    return found


def test_what_does_not_fit_is_pointed_at(mine):
    found = told(mine.post("invitations", {"email": "nobody", "role": "boss", "x/y": 1}), 422)
    assert sorted(each["pointer"] for each in found["errors"]) == ["#/email", "#/role", "#/x~1y"]


def test_what_does_not_fit_in_a_document_is_pointed_at(mine, pulse):
    draft = mine.get(f"dashboards/{pulse.public_id}/draft").json()
    draft["document"]["widgets"][0]["x"] = 99
    found = told(mine.put(f"dashboards/{pulse.public_id}/draft", {"revision": 1, "document": draft["document"]}), 422)
    assert [each["pointer"] for each in found["errors"]] == ["#/document/widgets/0/x"]


def test_a_parameter_is_named(mine):
    assert told(mine.get("screens?limit=0"), 422)["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"NaN", b'{"name": NaN}', b"[" * 100_000, b'{"n":' + b"9" * 5000 + b"}"])
def test_what_is_no_json_cannot_be_read(mine, body):
    told(mine.post("dashboards", body), 400)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b'{"name": "\\ud800"}', b'{"name": "a\\u0000"}', b"{}"])
def test_json_of_another_shape_does_not_fit(mine, body):
    told(mine.post("dashboards", body), 422)


def test_a_revision_that_moved_on_comes_with_the_current_draft(mine, pulse):
    draft = mine.get(f"dashboards/{pulse.public_id}/draft").json()
    found = told(mine.put(f"dashboards/{pulse.public_id}/draft", {"revision": 9, "document": draft["document"]}), 409)
    assert (found["code"], found["revision"], found["document"]) == ("changed", draft["revision"], draft["document"])


@pytest.mark.parametrize("path", ["nothing", "dashboards/x", "dashboards/dsh_1", "screens/", "../v2/x", ""])
def test_addresses_that_are_none(mine, path):
    told(mine.get(path), 404)


def test_things_that_are_none(mine):
    told(mine.get(f"dashboards/{public_id('dsh', uuid4())}"), 404)


def test_methods_that_are_none(mine):
    assert told(mine.ask("DELETE", "dashboards"), 405)["code"] == "method_not_allowed"
    assert mine.ask("DELETE", "dashboards")["Allow"].split(", ") in (["GET", "POST"], ["POST", "GET"])


def test_a_body_of_another_type(mine):
    form = mine.client.post("/api/v1/dashboards", {"name": "x"}, headers=mine._named({}))
    told(form, 415)
    told(mine.post("sources", {"name": "x"}), 415)


def test_a_form_that_breaks_off(mine):
    headers = mine._named({})
    broken = "multipart/form-data; boundary=x"
    for body in (b"--x\r\nContent-Disposition: form-data; name=file; filename=a", b"", b"--x--"):
        answer = mine.client.generic("POST", "/api/v1/sources", body, content_type=broken, headers=headers)
        told(answer, 422)
    answer = mine.client.generic("POST", "/api/v1/sources", b"x", content_type="multipart/form-data", headers=headers)
    told(answer, 400)


def test_a_body_that_is_too_large(mine):
    told(mine.post("dashboards", b'{"name": "' + b"x" * 2_600_000 + b'"}'), 413)
    raw = ask("POST", "/api/v1/dashboards", b"{}", content_length="3000001", authorization=f"Bearer {mine.token}")
    assert (raw.status, json.loads(raw.body)["code"]) == (413, "too_large")


def test_a_failure_of_ours_says_nothing_but_an_id(mine, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr("operant.panel.organizations.queries.organization", broken)
    answer = ask("GET", "/api/v1/organization", authorization=f"Bearer {mine.token}")
    assert (answer.status, answer.all("content-type")) == (500, ["application/problem+json"])
    assert b"secret" not in answer.body
    assert answer.all("x-request-id") == [json.loads(answer.body)["request"]]


def test_another_site_in_a_browser(mine):
    told(mine.post("dashboards", {"name": "x"}, sec_fetch_site="cross-site"), 403)


def test_an_encoding_that_is_none(mine):
    headers = {"authorization": f"Bearer {mine.token}"}
    answer = mine.client.generic(
        "POST", "/api/v1/dashboards", b"{}", content_type="application/json; charset=base64", headers=headers
    )
    told(answer, 400)


def test_large_uploads_need_a_token_that_is_good(cast, mine, settings, monkeypatch):
    from operant.config import bodies
    from operant.testing.api import made

    monkeypatch.setattr(bodies, "MOST", 1000)
    settings.FILE_LIMIT = 2000
    _, others = made(cast.at_meadow, cast.mallory, name="Other")
    forged = mine.token[:-1] + ("A" if mine.token[-1] != "A" else "B")

    def status(token, size=3000, path="/api/v1/sources"):
        headers = {"authorization": f"Bearer {token}", "content_type": "multipart/form-data; boundary=x"}
        return ask("POST", path, b"x" * size, **headers).status

    assert status(mine.token) == 400
    assert status(mine.token, 3300) == 413
    assert status(mine.token, 1001, "/api/v1/dashboards") == 413
    assert status(others) == 400
    assert (status(forged), status(""), status("x")) == (413, 413, 413)
    session = {"cookie": "ot-session=x", "content_type": "multipart/form-data; boundary=x"}
    assert ask("POST", "/api/v1/sources", b"x" * 3000, **session).status == 413


def test_large_uploads_need_the_scope_and_count_against_the_pace(cast, mine, settings, monkeypatch):
    from operant.config import bodies
    from operant.testing.api import made

    monkeypatch.setattr(bodies, "MOST", 1000)
    settings.FILE_LIMIT, settings.API_PER_MINUTE = 2000, 2
    _, reading = made(cast.at_harbour, cast.ann, name="Reading", scopes=["stage:read"])

    def status(token):
        headers = {"authorization": f"Bearer {token}", "content_type": "multipart/form-data; boundary=x"}
        return ask("POST", "/api/v1/sources", b"x" * 3000, **headers).status

    assert status(reading) == 413
    with clock.frozen():
        # Once when it may begin, and once when it is there.
        assert [status(mine.token) for _ in range(2)] == [400, 413]


def test_every_endpoint_is_described_once():
    names = [
        operation.operation_id
        for router in composed.api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    assert len(names) == len(set(names)) > 30


def test_nobody_needs_a_token_to_be_told_that(db):
    assert told(Program().get("nothing"), 404)["code"] == "not_found"
