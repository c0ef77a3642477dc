import pytest

from operant.platform.observing import peers


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost", True), ("localhost:8000", True), ("LOCALHOST:8000", True), ("127.0.0.1", True), ("[::1]", True),
        ("[::1]:8000", True), ("::1", False), ("", False), ("localhost.evil.example", False), ("[::1].evil.example", False),
        ("127.0.0.1.evil.example:80", False), ("evil.example:localhost", False), ("localhost:80:80", False),
    ],
)  # fmt: skip
def test_the_names_of_this_machine(host, is_ours):
    assert peers.names_this_machine(host) == is_ours


@pytest.mark.parametrize("name", ["x-forwarded-for", "Forwarded", "X-Real-Ip", "via", "CF-Connecting-IP", "true-client-ip"])
def test_what_proxies_add(name):
    assert peers.is_forwarded(["host", name])
    assert not peers.is_forwarded(["host", "accept", "x-request-id"])
