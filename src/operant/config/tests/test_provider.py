import pytest

from operant.config import env

WHOLE = {
    "OPERANT_OIDC_ISSUER": "https://login.example.com/realms/staff", "OPERANT_OIDC_CLIENT_ID": "operant",
    "OPERANT_OIDC_CLIENT_SECRET": "a canary", "OPERANT_OIDC_DOMAINS": "Example.com, example.org",
}  # fmt: skip


def test_a_provider_is_read_whole(tmp_path):
    kept = tmp_path / "secret"
    kept.write_text("from a file\n")
    environ = {**WHOLE, "OPERANT_OIDC_CLIENT_SECRET": "", "OPERANT_OIDC_CLIENT_SECRET_FILE": str(kept)}
    assert env.oidc(env.read({**environ, "OPERANT_OIDC_SECOND_FACTOR": "provider"})) == env.Provider(
        issuer=WHOLE["OPERANT_OIDC_ISSUER"], client_id="operant", client_secret="from a file", name="single sign-on",
        domains=frozenset({"example.com", "example.org"}), is_trusted=False, asks_second_factor=True,
    )


def test_without_an_issuer_there_is_none():
    assert env.oidc(env.read({})) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"OPERANT_OIDC_CLIENT_ID": ""}, "OPERANT_OIDC_ISSUER needs OPERANT_OIDC_CLIENT_ID and OPERANT_OIDC_CLIENT_SECRET."),
        ({"OPERANT_OIDC_CLIENT_SECRET": ""}, "OPERANT_OIDC_ISSUER needs OPERANT_OIDC_CLIENT_ID and OPERANT_OIDC_CLIENT_SECRET."),
        ({"OPERANT_OIDC_DOMAINS": "", "OPERANT_OIDC_TRUSTED": "yes"}, "OPERANT_OIDC_TRUSTED needs OPERANT_OIDC_DOMAINS."),
        ({"OPERANT_OIDC_ISSUER": "http://login.example.com"}, "OPERANT_OIDC_ISSUER cannot be 'http://login.example.com'"),
        ({"OPERANT_OIDC_ISSUER": "https://login.example.com/?a=b"}, "OPERANT_OIDC_ISSUER cannot be"),
        ({"OPERANT_OIDC_SECOND_FACTOR": "nobody"}, "OPERANT_OIDC_SECOND_FACTOR cannot be 'nobody'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(change, told):
    with pytest.raises(env.BadSettings) as refused:
        env.read({**WHOLE, **change})
    assert told in str(refused.value)
    assert "a canary" not in str(refused.value)
