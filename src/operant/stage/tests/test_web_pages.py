import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.platform.queue import waits
from operant.stage import actions, queries
from operant.stage.models import Dashboard, Source
from operant.testing import stage as things
from operant.testing.queue import run_jobs


def at(name, *args, organization="harbour"):
    return reverse(name, args=[organization, *args])


@pytest.fixture
def ben(cast, signed_in):
    return signed_in(cast.ben)


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard


def page(client, name, *args, status=200):
    answer = client.get(at(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def test_a_new_organization_is_offered_honest_starts(ben):
    found = page(ben, "dashboards")
    assert "What would you like to see on a screen?" in found
    assert "Use sample data" in found
    assert "Build from your data" not in found


def test_a_viewer_is_offered_nothing_to_do(cast, signed_in):
    found = page(signed_in(cast.cleo), "dashboards")
    assert "An editor of Harbour can build the first one." in found
    assert "Use sample data" not in found


def test_rows_of_a_source_are_grouped(ben, cast, orders):
    with cast.at_harbour():
        Source.objects.filter(pk=orders.pk).update(rows=3019)
    assert 'data-label="Rows">3,019</td>' in page(ben, "sources")


def test_dashboards_are_listed_with_their_state(ben, pulse):
    found = page(ben, "dashboards")
    assert "Company pulse" in found
    assert "Published v1" in found


def test_dashboards_as_csv(ben, pulse):
    lines = b"".join(ben.get(at("dashboards") + "?format=csv")).decode("utf-8-sig").splitlines()
    assert lines[0] == "Dashboard,Folder,Tags,State,Changed,Published"
    assert lines[1].startswith("Company pulse,,,Published v1,")


@pytest.mark.parametrize("name", ["dashboards", "sources"])
def test_lists_cost_the_same_for_one_row_and_for_three(ben, cast, orders, django_assert_num_queries, name):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="First", content=things.document(orders))
    page(ben, name)
    with CaptureQueriesContext(connection) as once:
        page(ben, name)
    with cast.at_harbour(cast.ben):
        for number in (2, 3):
            things.source(cast.ben, name=f"More {number}")
            things.published(cast.ben, name=f"Other {number}", content=things.document(orders))
    with django_assert_num_queries(len(once)):
        page(ben, name)


def test_the_page_of_a_dashboard(ben, pulse):
    found = page(ben, "dashboard", pulse.pk)
    for words in ("Published v1", "Version 1", "No screen shows it", at("dashboard-wall", pulse.pk), "Edit"):
        assert words in found


def test_a_viewer_sees_the_page_without_acts(cast, signed_in, pulse):
    found = page(signed_in(cast.cleo), "dashboard", pulse.pk)
    assert at("dashboard-edit", pulse.pk) not in found
    assert "Delete" not in found


def test_the_wall_gives_what_screens_get(ben, cast, pulse):
    run_jobs()
    answer = ben.get(at("dashboard-wall", pulse.pk)).json()
    assert (answer["number"], answer["document"]) == (1, pulse.published.document)
    assert [each["rows"] for each in answer["results"]] == [[[60]]]
    assert answer["keys"] == {"q1": answer["results"][0]["key"]}


def test_the_wall_of_an_unpublished_dashboard_is_refused(ben, cast, db):
    with cast.at_harbour(cast.ben):
        made = things.dashboard(cast.ben)
    assert ben.get(at("dashboard-wall", made.pk)).status_code == 409


def test_a_dashboard_is_built_from_a_source(ben, cast, orders):
    page = ben.get(at("dashboard-new")).content.decode()
    assert at("source-starts", orders.pk) in page
    shown = ben.get(at("source-proposal", orders.pk)).json()
    assert [each["kind"] for each in shown["document"]["widgets"]] == ["number", "number", "line", "bar", "table"]
    answer = ben.post(at("dashboard-new"), {"name": "Sales", "source": orders.public_id})
    with cast.at_harbour():
        made = Dashboard.objects.get()
    assert answer.headers["Location"] == at("dashboard-edit", made.pk)
    assert (made.name, len(made.draft["widgets"])) == ("Sales", 5)


def test_a_dashboard_may_start_empty(ben, cast, orders):
    ben.post(at("dashboard-new"), {"name": "Notes", "source": "none"})
    with cast.at_harbour():
        assert Dashboard.objects.get().draft["widgets"] == []


def test_a_dashboard_without_a_name_is_refused_with_what_was_typed(ben, cast, orders):
    answer = ben.post(at("dashboard-new"), {"name": " ", "source": orders.public_id})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_a_source_of_another_organization_cannot_be_chosen(cast, signed_in, orders):
    url = at("dashboard-new", organization="meadow")
    answer = signed_in(cast.mallory).post(url, {"name": "Stolen", "source": orders.public_id})
    assert answer.status_code == 422


def test_rename_copy_delete_and_undo(ben, cast, pulse):
    ben.post(at("dashboard-name", pulse.pk), {"name": "Pulse"})
    copied = ben.post(at("dashboard-copies", pulse.pk))
    ben.post(at("dashboard-deletion", pulse.pk))
    assert "Pulse is deleted." in page(ben, "dashboards")
    page(ben, "dashboard", pulse.pk, status=404)
    ben.post(at("dashboard-return", pulse.pk))
    assert "Pulse is back." in page(ben, "dashboard", pulse.pk)
    with cast.at_harbour():
        assert list(queries.dashboards().values_list("name", flat=True)) == ["Pulse", "Pulse (copy)"]
    assert copied.status_code == 302


def test_an_older_version_is_put_back(ben, cast, pulse):
    with cast.at_harbour(cast.ben):
        changed = actions.save_draft(dashboard=pulse, revision=1, document=things.text_document("Company pulse"))
        actions.publish(dashboard=changed, revision=2, by=cast.ben)
    ben.post(at("dashboard-restoration", pulse.pk, 1))
    assert "draft has changes" in page(ben, "dashboard", pulse.pk)
    assert ben.post(at("dashboard-restoration", pulse.pk, 7)).status_code == 404


ORDERS = things.CSV.encode()


def upload(client, url, content=ORDERS, name="orders.csv"):
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_uploaded_read_and_shown(ben, cast):
    answer = upload(ben, at("sources"))
    with cast.at_harbour():
        made = Source.objects.get()
    assert answer.headers["Location"] == at("source", made.pk)
    assert "Being read" in page(ben, "source", made.pk)
    waits.sweep()
    run_jobs()
    found = page(ben, "source", made.pk)
    assert "Ready" in found
    assert "Build a dashboard" in found
    refreshed = ben.get(at("source", made.pk) + "?seen=converting", headers={"HX-Request": "true"})
    assert refreshed.headers["HX-Refresh"] == "true"
    assert "2026-03-01" in page(ben, "source-preview", made.pk)


def test_the_same_file_name_again_asks_whether_it_is_a_newer_file(ben, cast):
    upload(ben, at("sources"))
    waits.sweep()
    run_jobs()

    def again(**said):
        given = {"file": SimpleUploadedFile("Orders.csv", ORDERS), **said}
        return ben.post(at("sources"), given, headers={"HX-Request": "true"})

    with cast.at_harbour():
        made = Source.objects.get()
    asked = again()
    assert (asked.status_code, asked.headers["HX-Retarget"], "A newer file of Orders?" in asked.text) == (409, "this", True)
    assert "Orders was read from a file of this name" in asked.text
    assert again(**{"as": made.public_id}).headers["HX-Redirect"] == at("source", made.pk)
    with cast.at_harbour():
        assert [each.upload.name for each in Source.objects.select_related("upload")] == ["Orders.csv"]
    assert "Orders is still being read from its newest file" in again().text
    again(**{"as": "new"})
    with cast.at_harbour():
        assert Source.objects.count() == 2
    # What was asked about is no longer the newest of this name.
    late = again(**{"as": made.public_id})
    assert (late.status_code, "Meanwhile another data source has a file of this name" in late.text) == (422, True)
    with cast.at_harbour():
        assert Source.objects.count() == 2


def test_an_unreadable_file_says_why_and_can_be_had_back(ben, cast):
    upload(ben, at("sources"), b'[{"a": 1}, {"a": ', "broken.json")
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        made = Source.objects.get()
    found = page(ben, "source", made.pk)
    assert "broken.json could not be read" in found
    assert "The file is kept" in found
    again = {"file": SimpleUploadedFile("broken.json", b"[]")}
    asked = ben.post(at("sources"), again, headers={"HX-Request": "true"}).text
    told = ("Broken could not be read from its newest file", "was read from a file", "dashboards follow", "the place of that file")
    assert [each in asked for each in told] == [True, False, False, True]
    original = ben.get(ben.get(at("source-file", made.pk)).headers["Location"])
    assert b"".join(original) == b'[{"a": 1}, {"a": '


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_table_is_refused_in_words(ben, cast, content):
    answer = upload(ben, at("sources"), content)
    assert answer.status_code == 422
    with cast.at_harbour():
        assert not Source.objects.exists()


def test_no_file_at_all_is_refused(ben):
    answer = ben.post(at("sources"), {})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_sample_data_becomes_a_dashboard(ben, cast):
    ben.post(at("source-sample"))
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        made = Source.objects.get()
    assert (made.state, made.kind, made.rows % 4) == ("ready", "sample", 0)
    assert made.rows >= 365 * 4
    ben.post(at("dashboard-new"), {"name": "Sample", "source": made.public_id})
    with cast.at_harbour():
        titles = [each["title"] for each in Dashboard.objects.get().draft["widgets"]]
    assert titles == ["Rows", "Total revenue", "Total revenue by month", "Total revenue by region", "Latest rows"]


def test_a_source_is_replaced_renamed_and_deleted(ben, cast, orders, pulse):
    upload(ben, at("source", orders.pk), b"month,region,revenue\n2026-01-01,North,1\n", "new.csv")
    waits.sweep()
    run_jobs()
    ben.post(at("source-name", orders.pk), {"name": "Sales"})
    assert ben.post(at("source-deletion", orders.pk)).status_code == 409
    ben.post(at("dashboard-deletion", pulse.pk))
    assert ben.post(at("source-deletion", orders.pk)).status_code == 302
    with cast.at_harbour():
        assert not Source.objects.exists()


def test_first_rows_show_json_as_json_and_not_all_of_it(cast, ben):
    with cast.at_harbour(cast.ben):
        file = SimpleUploadedFile("things.json", b'[{"at": {"open": true, "note": null, "long": "' + b"x" * 500 + b'"}}]')
        things_ = actions.upload(upload=file, file_name="things.json", by=cast.ben)
    waits.sweep()
    run_jobs()
    shown = page(ben, "source-preview", things_.pk)
    assert "{&quot;open&quot;: true, &quot;note&quot;: null" in shown
    # Its own column, one level down, has it whole.
    assert (shown.count("…"), shown.count("x" * 200)) == (1, 2)


def test_first_rows_show_figures_as_people_write_them(cast, ben):
    with cast.at_harbour(cast.ben):
        csv = b"year,order_id,amount,rate\n2004,100045,450000,2000.0\n2005,100046,1,0.5\n"
        made = actions.upload(upload=SimpleUploadedFile("a.csv", csv), file_name="a.csv", by=cast.ben)
    waits.sweep()
    run_jobs()
    shown = page(ben, "source-preview", made.pk)
    assert [f">{each}</td>" in shown for each in ("2004", "100045", "450,000", "2,000", "0.5")] == [True] * 5
