import pytest

from operant import __version__, cli
from operant.cli import sentences
from operant.cli.failures import BadInput, Failure
from operant.cli.saying import say
from operant.platform.refusals import Refusal

COMMANDS = ["demo", "doctor", "init", "migrate", "operator", "routes", "up", "worker"]


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [command for command in COMMANDS if f"\n    {command} " in said] == COMMANDS


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"operant {__version__}\n"


def test_names_steer_no_terminal(monkeypatch, capsys):
    def run(options):
        say("Harbour \x1b[2J\u202e is\n  here.")
        raise Failure("There is no \x1b[2J\u202e.")

    monkeypatch.setattr("operant.cli.commands.init.run", run)
    assert cli.main(["init"]) == 1
    said = capsys.readouterr()
    assert said.out == "Harbour \\x1b[2J\\u202e is\n  here.\n"
    assert said.err == "operant: There is no \\x1b[2J\\u202e.\n"


@pytest.mark.parametrize("words", [["upp"], [], ["up", "--nix"], ["operator"], ["operator", "add"]])
def test_what_cannot_be_understood_is_bad_input(words, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("error", "code"), [(BadInput("Choose another."), 2), (Failure("Not now."), 1), (Refusal("No."), 1)]
)
def test_a_failure_is_one_sentence_and_a_code(error, code, monkeypatch, capsys):
    def run(options):
        raise error

    monkeypatch.setattr("operant.cli.commands.init.run", run)
    assert cli.main(["init"]) == code
    assert capsys.readouterr().err == f"operant: {error}\n"


def test_the_unexpected_is_a_sentence_too_unless_debugging(monkeypatch, capsys):
    def run(options):
        raise KeyError("tile")

    monkeypatch.setattr("operant.cli.commands.init.run", run)
    assert cli.main(["init"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("OPERANT_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.main(["init"])


def test_a_missing_file_is_named():
    assert sentences.of(FileNotFoundError(2, "No such file or directory", "/x")) == "No such file or directory: /x."
