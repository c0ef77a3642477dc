import pytest

from operant.config import addresses
from operant.config.env import SECRETS, BadSettings, Settings, read

PASSWORD = "hunter2-hunter2"


@pytest.fixture
def home(tmp_path):
    return {"OPERANT_HOME": str(tmp_path)}


def toml(home, text):
    path = f"{home['OPERANT_HOME']}/operant.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_the_first_line_of_a_key_file_signs_and_the_others_are_believed(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "django.key").write_text("new\nold\nolder\n")
    assert addresses.keys(tmp_path, "django.key") == ["new", "old", "older"]
    (made,) = addresses.keys(tmp_path / "nowhere", "django.key")
    assert len(made) == 64


def test_values_have_their_types(home):
    found = read({**home, "PORT": "9000", "OPERANT_DEBUG": "true", "OPERANT_SIGN_UP": "invited"})
    assert (found.PORT, found.OPERANT_DEBUG, found.OPERANT_SIGN_UP) == (9000, True, "invited")


def test_what_is_not_set_has_its_default(home):
    assert (read(home).HOST, read(home).PORT, read({**home, "PORT": ""}).PORT) == ("127.0.0.1", 8000, 8000)


@pytest.mark.parametrize("name", ["OPERANT_SING_UP", "OPERANT_COLOR", "OPERANT_HOME_FILE"])
def test_a_setting_that_does_not_exist_is_refused(home, name):
    with pytest.raises(BadSettings, match=f"{name} is not a setting of Operant"):
        read({**home, name: "x"})


def test_variables_of_other_programs_are_none_of_ours(home):
    assert read({**home, "HOSTNAME": "x", "PORTAL": "y", "SMTP_URLS": "z"}) == read(home)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PUBLIC_URL", "operant.example.com"),
        ("PUBLIC_URL", "https://operant.example.com/path"),
        ("OPERANT_SIGN_UP", "everybody"),
        ("SMTP_URL", "mail.example.com"),
        ("OPERANT_TRUSTED_PROXIES", "-1"),
        ("OPERANT_COOKIE_PREFIX", "__Host-"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(home, name, value):
    with pytest.raises(BadSettings, match=f"^{name} cannot be"):
        read({**home, name: value})


def test_the_file_is_read_and_the_environment_wins(home):
    toml(home, 'PORT = 9000\nHOST = "0.0.0.0"\n')
    found = read({**home, "PORT": "9001"})
    assert (found.PORT, found.HOST) == (9001, "0.0.0.0")


def test_the_file_is_checked_like_the_environment(home):
    toml(home, 'COLOR = "red"\n')
    with pytest.raises(BadSettings, match="COLOR is not a setting"):
        read(home)


def test_a_broken_file_is_named(home):
    path = toml(home, "PORT = = 1\n")
    with pytest.raises(BadSettings) as failure:
        read(home)
    assert path in str(failure.value)


def test_a_file_that_is_named_must_exist(home, tmp_path):
    with pytest.raises(BadSettings, match="which does not exist"):
        read({**home, "OPERANT_CONFIG": str(tmp_path / "nothing.toml")})


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_may_stand_in_a_file_of_its_own(home, tmp_path, name):
    value = "smtp://mail.example.com" if name == "SMTP_URL" else "postgresql://app@db/operant"
    (tmp_path / "secret").write_text(value + "\n")
    assert getattr(read({**home, f"{name}_FILE": str(tmp_path / "secret")}), name) == value


def test_a_secrets_file_that_cannot_be_read_is_named(home, tmp_path):
    with pytest.raises(BadSettings, match="SMTP_URL_FILE names .*nothing, which cannot be read"):
        read({**home, "SMTP_URL_FILE": str(tmp_path / "nothing")})


def test_a_refused_secret_is_not_shown(home):
    with pytest.raises(BadSettings) as failure:
        read({**home, "SMTP_URL": f"mail://me:{PASSWORD}@mail.example.com"})
    assert PASSWORD not in str(failure.value)


def test_a_refused_secret_is_not_shown_by_the_error_behind_it(home):
    with pytest.raises(BadSettings) as failure:
        read({**home, "SMTP_URL": f"mail://me:{PASSWORD}@mail.example.com"})
    assert failure.value.__suppress_context__


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("values", "local", "url"),
    [
        ({}, True, "http://localhost:8000"),
        ({"HOST": "localhost", "PORT": "9000"}, True, "http://localhost:9000"),
        ({"PUBLIC_URL": "https://operant.example.com"}, False, "https://operant.example.com"),
        ({"HOST": "10.0.0.7"}, False, "http://10.0.0.7:8000"),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://localhost:8000"}, False, "http://localhost:8000"),
    ],
)
def test_only_an_address_that_nobody_else_reaches_is_local(home, values, local, url):
    found = read({**home, **values})
    assert (addresses.is_local(found), addresses.public_url(found)) == (local, url)


def test_a_private_network_that_opens_too_much_is_refused_in_words(home):
    settings = read(home | {"OPERANT_PRIVATE_NETWORKS": "10.0.0.0/8 127.0.0.0/8"})
    with pytest.raises(BadSettings, match="OPERANT_PRIVATE_NETWORKS: 127.0.0.0/8 holds this machine itself"):
        addresses.private_networks(settings)


def test_where_operant_and_its_databases_listen_is_known(home):
    settings = read(home | {
        "PORT": "8100", "DATABASE_URL": "postgresql://ot_app:x@pooler.internal:6432/operant",
        "DATABASE_OWNER_URL": "postgresql://ot_owner:x@/operant?host=/run/postgresql&port=5432",
        "DATABASE_DIRECT_URL": "postgresql://ot_app:x@db.internal/operant",
        "DATABASE_INGEST_URL": "postgresql://ot_ingest:x@samples.internal:5433/operant",
    })  # fmt: skip
    assert addresses.own_endpoints(settings) == [
        ("127.0.0.1", 8100), ("pooler.internal", 6432), ("db.internal", 5432), ("samples.internal", 5433),
    ]  # fmt: skip
