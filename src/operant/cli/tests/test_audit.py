from operant.cli import main
from operant.cli.commands import audit
from operant.panel.audit import actions, verify
from operant.panel.audit.queries.exporting import pages


def test_an_export_is_whole_or_not_there(cast, tmp_path):
    out = tmp_path / "harbour.jsonl"
    entries = audit._write(cast.harbour.pk, out)
    log = verify.verify(str(out))
    assert (log.entries, log.slug, [each.name for each in tmp_path.iterdir()]) == (entries, "harbour", ["harbour.jsonl"])
    assert b"Whoever runs this installation" in out.read_bytes()


def test_a_log_is_checked_without_a_house(cast, tmp_path, capsys):
    with cast.at_harbour():
        actions.seal()
    lines = [line for page in pages(cast.harbour.pk) for line in page]
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"".join(lines))
    assert main(["audit", "verify", str(file)]) == 0
    file.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    assert main(["audit", "verify", str(file)]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("Did not hold. Line 3, entry 2 (")
    assert main(["audit", "verify", str(tmp_path / "none.jsonl")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_an_organization_that_is_not_there_is_bad_input(tmp_path):
    assert main(["audit", "export", "--organization", "nobody", "--out", str(tmp_path / "none" / "x.jsonl")]) == 2
