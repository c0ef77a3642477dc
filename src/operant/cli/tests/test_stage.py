import argparse

import pytest

from operant.cli import main
from operant.cli.commands import stage
from operant.cli.failures import BadInput
from operant.platform.refusals import NotAllowed
from operant.stage import actions, queries, saved
from operant.testing import stage as things


def options(**told):
    usual = {"email": "ben@harbour.example", "into": None, "publish": False, "note": "", "dashboard": None, "published": False}
    return argparse.Namespace(**{**usual, **told})


@pytest.fixture
def folder(cast, tmp_path):
    """Harbour's two dashboards, one of them published, as files."""
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Company pulse", content=things.document(things.source(cast.ben)))
        things.dashboard(cast.ben, name="Notes")
    stage._export(options(out=tmp_path), cast.harbour.pk)
    return tmp_path


def test_dashboards_go_out_and_come_in_as_they_are(cast, folder, capsys):
    assert sorted(each.name for each in folder.iterdir()) == ["company-pulse.yaml", "notes.yaml"]
    files = sorted(folder.iterdir())
    stage._import(options(files=files), cast.harbour.pk)
    files[0].write_text(files[0].read_text().replace("x: 0", "x: 2"))
    files[1].write_text(files[1].read_text().replace("title: Notes", "title: Other notes"))
    stage._import(options(files=files, publish=True, note="From code"), cast.harbour.pk)
    with cast.at_harbour():
        pulse, notes, other = sorted(queries.dashboards(), key=lambda each: each.created_at)
        assert [(each.name, each.revision, each.published and each.published.note) for each in (pulse, notes, other)] == [
            ("Company pulse", 2, "From code"), ("Notes", 1, None), ("Other notes", 1, "From code"),
        ]  # fmt: skip
    assert capsys.readouterr().out.splitlines() == [
        f"{files[0]}: Company pulse is that already.", f"{files[1]}: Notes is that already.",
        f"{files[0]}: Company pulse was changed. It is published as version 2.",
        f"{files[1]}: Other notes was created ({other.public_id}). It is published as version 1.",
    ]  # fmt: skip


def test_saved_queries_go_along_and_come_in_first(cast, tmp_path, capsys):
    with cast.at_harbour(cast.ben):
        content = things.document(things.source(cast.ben))
        kept = actions.save_query(query=content["queries"][0], by=cast.ben)
        content["queries"][0] |= {"saved": kept.public_id}
        things.published(cast.ben, name="Company pulse", content=content)
    stage._export(options(out=tmp_path), cast.harbour.pk)
    files = [tmp_path / "company-pulse.yaml", tmp_path / "revenue.query.yaml"]
    assert sorted(tmp_path.iterdir()) == files
    assert "saved: Revenue\n" in files[0].read_text()
    files[0].write_text(files[0].read_text().replace("saved: Revenue\n", "saved: Income\n"))
    files[1].write_text(files[1].read_text().replace("saved_query: Revenue", "saved_query: Income"))
    stage._import(options(files=files), cast.harbour.pk)
    with cast.at_harbour():
        assert [each.name for each in saved.everything()] == ["Income", "Revenue"]
        assert queries.dashboards().defer(None).get().draft["queries"][0]["name"] == "Income"
    assert capsys.readouterr().out.splitlines() == [
        f"1 dashboard and 1 saved query are in {tmp_path}.", f"{files[1]}: Income was created.",
        f"{files[0]}: Company pulse was changed.",
    ]  # fmt: skip
    files[1].write_text(files[1].read_text().replace("source: Orders", "source: Odours"))
    with pytest.raises(BadInput, match=r"revenue\.query\.yaml:3: source: There is no data source called “Odours” here."):
        stage._import(options(files=files), cast.harbour.pk)
    with pytest.raises(NotAllowed, match="Cleo may not do this here"):
        stage._import(options(files=files[1:], email="cleo@harbour.example"), cast.harbour.pk)


def test_mistakes_leave_everything_as_it_was(cast, folder):
    good, bad = folder / "company-pulse.yaml", folder / "notes.yaml"
    good.write_text(good.read_text().replace("x: 0", "x: 2"))
    bad.write_text(bad.read_text().replace("w: 8", "w: 99"))
    with pytest.raises(BadInput, match=r"notes\.yaml:\d+: widgets\.text\.place\.w: This must be at most 60\."):
        stage._import(options(files=[good, bad]), cast.harbour.pk)
    with cast.at_harbour():
        assert [each.revision for each in queries.dashboards()] == [1, 1]


@pytest.mark.parametrize(("told", "sentence"), [
    ({"email": "mallory@meadow.example"}, "mallory@meadow.example is no member there"),
    ({"email": "cleo@harbour.example"}, "Cleo may not do this here"),
    ({"into": "dsh_x"}, "dsh_x is no dashboard's id"),
    ({"files": ["nothing.yaml"]}, "cannot be read"),
])  # fmt: skip
def test_what_may_not_or_cannot_be_is_said(cast, folder, told, sentence):
    told = {"files": [folder / "notes.yaml"], **told}
    told["files"] = [folder / each for each in told["files"]]
    with pytest.raises((BadInput, NotAllowed), match=sentence):
        stage._import(options(**told), cast.harbour.pk)


def test_an_organization_needs_a_name():
    with pytest.raises(SystemExit):
        main(["stage", "export"])
