"""Several requests at the same moment, each with a connection of its own."""

import threading

import pytest
from django.db import connection

from operant.panel.accounts import queries
from operant.panel.accounts.actions import factors
from operant.platform import clock, tenancy
from operant.platform.refusals import Invalid
from operant.testing import cast as casting
from operant.testing import plugin
from operant.testing.factors import code_of, signing_in, with_app

FACTOR = "/accounts/login/factor/"


@pytest.mark.parametrize("kind", ["app", "backup code"])
def test_a_code_that_comes_twice_at_once_is_taken_once(installation, settings, kind):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with installation("spent", template=plugin.DATABASE).served(), clock.frozen() as at:
        ben = casting.build().ben
        secret, made = with_app(ben)
        code = code_of(secret) if kind == "app" else made[0]
        assert sorted(at_once(8, lambda: spent(ben, code, at))) == [False] * 7 + [True]
        with tenancy.reception():
            assert queries.backup_codes_left(ben) == (10 if kind == "app" else 9)


def test_a_flood_of_codes_is_counted_across_processes(installation, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with installation("flood", template=plugin.DATABASE).served():
        ben = casting.build().ben
        with_app(ben)
        browsers = [signing_in(ben) for _ in range(12)]
        told = at_once(12, lambda: browsers.pop().post(FACTOR, {"code": "000000"}).content.decode())
    tried, refused = (sum(words in each for each in told) for words in ("That is not the code", "Too many wrong codes"))
    # Who cannot count within a second is refused without having tried.
    assert (tried + refused, tried in {1, 2, 3, 4, 5}) == (12, True)


def spent(person, code, at) -> bool:
    try:
        with clock.frozen(at):
            return bool(factors.accept_code(person=person, code=code))
    except Invalid:
        return False


def at_once(count: int, work) -> list:
    ready, done = threading.Barrier(count), []

    def run():
        ready.wait()
        try:
            done.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
