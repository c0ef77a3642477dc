from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.relay.actions import keeping, returning
from operant.relay.models import Deployment, Screen
from operant.relay.queries import deploying as queries
from operant.relay.queries import proving
from operant.relay.tests.helpers import stand, tick
from operant.stage.actions import save_draft
from operant.stage.models import Dashboard, DashboardVersion
from operant.testing import api, relay
from operant.testing.cast import signed_in


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


def form(cast, **changes):
    """What the form sends: the draft to Lobby, then to all."""
    with cast.at_harbour():
        lobby, revision = Screen.objects.get(name="Lobby").public_id, Dashboard.objects.get().revision
    return {
        "revision": revision, "version": "draft", "first": lobby, "second": "", "last": "all", "stand_seconds": 60, "patience": 10,
        "at": "", "note": "Bigger figures", **changes,
    }  # fmt: skip


def changed(cast, board):
    with cast.at_harbour(cast.ben):
        document = {**board.draft, "widgets": [{**board.draft["widgets"][0], "options": {"text": "# Changed"}}]}
        save_draft(dashboard=board, revision=board.revision, document=document)


def page(client, run, tail=""):
    return client.get(f"/o/harbour/screens/deployments/{run.public_id}/{tail}").content.decode()


def test_a_draft_is_deployed_from_its_dashboard(cast, board, tvs, ben):
    changed(cast, board)
    address = f"/o/harbour/screens/deployments/of/{board.public_id}/new"
    assert address in ben.get(f"/o/harbour/dashboards/{board.public_id}/").content.decode()
    assert "The draft as it is now" in ben.get(address).content.decode()
    answer = ben.post(address, form(cast))
    with cast.at_harbour():
        run = Deployment.objects.select_related("version").get()
        assert (answer.status_code, answer.url) == (302, f"/o/harbour/screens/deployments/{run.public_id}/")
        assert (run.version.number, run.state, run.note, len(run.stages)) == (2, "running", "Bigger figures", 2)
        assert Dashboard.objects.get().published.number == 1


def test_a_wrong_form_says_what_to_mend(cast, board, tvs, ben):
    changed(cast, board)
    for change, sentence in (
        ({"stand_seconds": 1}, "greater than or equal to 10"), ({"last": ""}, "This field is required"),
        ({"at": "2020-01-01T10:00"}, "This time is over"), ({"first": "scr_1111111111111111111111"}, "not one of the available"),
        ({"at": "soon"}, "Choose a day and a time"), ({"version": "8"}, "not one of the available"),
    ):  # fmt: skip
        answer = ben.post(f"/o/harbour/screens/deployments/of/{board.public_id}/new", form(cast, **change))
        assert (answer.status_code, sentence in answer.content.decode(), change) == (422, True, change)
    with cast.at_harbour():
        assert (Deployment.objects.count(), DashboardVersion.objects.count()) == (0, 1)


def test_what_nothing_shows_leaves_no_version_behind(cast, board, tvs, ben):
    changed(cast, board)
    with cast.at_harbour():
        Screen.objects.update(dashboard=None)
    answer = ben.post(f"/o/harbour/screens/deployments/of/{board.public_id}/new", form(cast))
    assert "No screen shows" in answer.content.decode()
    with cast.at_harbour():
        assert (Deployment.objects.count(), DashboardVersion.objects.count()) == (0, 1)


def test_the_page_says_how_it_stands(board, tvs, deploy, paint, ben):
    run = deploy("Lobby")
    paint("Lobby")
    shown = page(ben, run)
    words = ("1. Lobby", "2. All screens", "Here now", "To come", "Waits for Lobby", "Roll back")
    assert [each for each in words if each not in shown] == []
    tick()
    assert "Every screen has painted it. It passes at" in page(ben, run)


def test_the_page_says_why_a_stage_has_no_screens_of_its_own(cast, board, tvs, deploy, paint, ben):
    with cast.at_harbour(cast.ann):
        for name in ("Hall", "Yard"):
            keeping.assign(screen=Screen.objects.get(name=name))
    run = deploy("Lobby")
    words = "Its screens have it from a stage before."
    assert words not in page(ben, run)
    stand(lambda *names: paint("Lobby"))
    assert words in page(ben, run)


def test_the_page_of_what_halted_names_screen_and_cause(board, tvs, deploy, ben):
    run = deploy("Lobby")
    tvs["Lobby"].beat(
        version=board.published.public_id, errors=[relay.fault("version_rejected", "Notes, version 2: <b>boom</b>")]
    )
    tick()
    shown = page(ben, run)
    assert "Lobby could not show it: Notes, version 2: &lt;b&gt;boom&lt;/b&gt;" in shown
    assert ("0 of 1 show v1 again" in shown, "Shows v1, but may have said so before it was told" in shown) == (True, True)
    clock.advance(timedelta(seconds=1))
    tvs["Lobby"].beat(version=board.published.public_id)
    tick()
    assert "1 of 1 show v1 again, the last at" in page(ben, run)


def test_it_is_rolled_back_with_a_click_and_canceled_with_another(cast, board, tvs, deploy, standing, ben):
    run, planned = deploy("Lobby"), deploy("Hall", at=clock.now() + timedelta(hours=1))
    for each, act in ((run, "rollback"), (planned, "cancellation")):
        assert ben.post(f"/o/harbour/screens/deployments/{each.public_id}/{act}").status_code == 302
    assert (standing(run).state, standing(planned).state) == ("rolled_back", "canceled")
    assert "canceled" in page(ben, planned)


def test_lists_are_asked_in_as_many_statements_however_long(board, tvs, deploy, ben):
    deploy("Lobby", at=clock.now() + timedelta(hours=1))
    counts = []
    for more in (0, 2):
        for _ in range(more):
            deploy("Lobby", at=clock.now() + timedelta(hours=2))
        with CaptureQueriesContext(connection) as asked:
            shown = ben.get("/o/harbour/screens/deployments/")
        counts.append(len(asked))
        assert shown.content.decode().count("Lobby, then all screens") == 1 + more
    assert counts[0] == counts[1]


def test_programs_list_them_in_as_many_statements_however_many_are_proven(cast, board, tvs, deploy, standing):
    program = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    counts = []
    for more in (1, 2):
        for _ in range(more):
            run = deploy("Lobby")
            with cast.at_harbour(cast.ann):
                returning.roll_back(deployment=run, by=cast.ann)
        with CaptureQueriesContext(connection) as asked:
            found = program.get("deployments").json()["entries"]
        counts.append(len(asked))
        assert [(each["state"], each["told"], "proof" in each) for each in found] == [("rolled_back", 1, False)] * (2 * more - 1)
    assert counts[0] == counts[1]


def test_how_it_stands_is_asked_without_documents_however_many_screens(cast, board, tvs, new, deploy, paint, standing):
    one = deploy("Lobby", to_all=False)
    paint()
    tick()
    counts = []
    for run in (one, deploy()):
        found = standing(run)
        with cast.at_harbour(), CaptureQueriesContext(connection) as asked:
            read = queries.standing(found)
            seen = [
                (each.is_faulty(clock.now()), each.screen.shows, each.screen.rendered_version.number, proving.reason(each))
                for each in read.rows
            ]
        counts.append((len(seen), len(asked)))
        assert [each["sql"] for each in asked if '"document"' in each["sql"] or '"stages"' in each["sql"]] == []
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_programs_deploy_look_and_roll_back(cast, board, tvs, new, paint):
    program = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    with cast.at_harbour():
        lobby = Screen.objects.get(name="Lobby").public_id
    body = {"version": new.public_id, "stages": [lobby, "all"], "note": "By a program"}
    made = program.post(f"dashboards/{board.public_id}/deployments", body).json()
    assert made["stages"] == [{"target": lobby, "name": "Lobby"}, {"target": "all", "name": "all screens"}]
    assert (made["state"], made["version"]["number"], made["before"]["number"], made["proof"]) == ("running", 2, 1, None)
    assert program.get(f"screens/{lobby}").json()["wanted"] == {"id": new.public_id, "number": 2}
    back = program.post(f"deployments/{made['id']}/rollback", {}).json()
    assert (back["state"], back["proof"]["sentence"]) == ("rolled_back", "0 of 1 show v1 again")
    clock.advance(queries.SURE_AFTER)
    paint("Lobby")
    tick()
    proof = program.get(f"deployments/{made['id']}").json()["proof"]
    assert (proof["returned"], proof["screens"], proof["missing"]) == (1, 1, [])
    rows = program.get(f"deployments/{made['id']}/screens").json()["entries"]
    assert [(each["name"], each["stage"], each["returned_at"] is not None) for each in rows] == [("Lobby", 1, True)]


def test_programs_of_others_find_nothing(cast, board, tvs, new, deploy):
    run = deploy("Lobby")
    stranger = api.Program(api.made(cast.at_meadow, cast.mallory)[1])
    one = f"deployments/{run.public_id}"
    for path in (one, one + "/screens", f"dashboards/{board.public_id}/deployments"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"deployments/{run.public_id}/rollback", {}).status_code == 404
    own = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    for stage, status in (("all of them", 422), (public_id("scr", run.pk), 404), (public_id("grp", run.pk), 404)):
        answer = own.post(f"dashboards/{board.public_id}/deployments", {"version": new.public_id, "stages": [stage]})
        assert answer.status_code == status


def test_who_may_only_look_deploys_nothing(cast, board, tvs, deploy, standing):
    run = deploy("Lobby")
    cleo = signed_in(cast.cleo)
    assert "Roll back" not in page(cleo, run)
    assert cleo.post(f"/o/harbour/screens/deployments/{run.public_id}/rollback").status_code == 403
    assert cleo.get(f"/o/harbour/screens/deployments/of/{board.public_id}/new").status_code == 403
    assert standing(run).state == "running"


def test_a_right_to_look_at_one_dashboard_is_no_right_to_deploy_it(cast, board, tvs, deploy, standing, ben, paint):
    from operant.panel.organizations import actions as organizations
    from operant.panel.organizations.models import Membership, Role

    run = deploy()
    stand(paint)
    with cast.at_harbour(cast.ada):
        by, member = (Membership.objects.select_related("person").get(person=each) for each in (cast.ada, cast.ben))
        organizations.give_right(by=by, member=member, about=board, name=board.name, role=Role.VIEWER)
    assert ben.post(f"/o/harbour/screens/deployments/{run.public_id}/rollback").status_code == 403
    assert (standing(run).state, returning.State.DONE) == ("done", "done")
