import psycopg
import pytest

from operant.cli import stamps
from operant.config import env


@pytest.fixture
def database(standing, server):
    """A database with a table of migrations and nothing else."""
    parameters = server(settings={"fsync": "off"}).start().superuser_parameters()
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute("create table django_migrations (id int)")
        connection.execute("insert into django_migrations values (1), (2)")
    return parameters


def test_a_stamp_is_found_again(database):
    assert stamps.found(database) is None
    with psycopg.connect(**database, autocommit=True) as connection:
        stamps.put(connection, "abc")
        assert stamps.found(database) == "abc"
        connection.execute("delete from django_migrations where id = 2")
    assert stamps.found(database) is None, "a migration was taken back since"


def test_a_database_that_does_not_answer_has_no_stamp(database):
    assert stamps.found(database | {"password": "wrong"}) is None


def test_another_key_or_password_wants_another_stamp(tmp_path):
    settings = env.read({"OPERANT_HOME": str(tmp_path)})
    seen = {stamps.wanted(settings)}
    for secret in ("keys/signing.key", "secrets/ot_app"):
        (tmp_path / secret).parent.mkdir()
        (tmp_path / secret).write_text("one")
        seen.add(stamps.wanted(settings))
        (tmp_path / secret).write_text("two")
        seen.add(stamps.wanted(settings))
    assert len(seen) == 5
    assert stamps.wanted(settings) in seen


@pytest.mark.parametrize("place", ["platform/tenancy/claims.py", "stage/migrations/0001_initial.py"])
def test_whatever_prepares_the_database_wants_another_stamp(tmp_path, monkeypatch, place):
    settings = env.read({"OPERANT_HOME": str(tmp_path / "home")})
    monkeypatch.setattr(stamps, "SOURCE", tmp_path)
    before = stamps.wanted(settings)
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text("SCHEMA = ''")
    assert stamps.wanted(settings) != before
