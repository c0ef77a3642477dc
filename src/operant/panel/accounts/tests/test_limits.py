"""Limits hold for all processes together; and what is replaced in allauth is still there to be replaced."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.metadata import version
from uuid import uuid4

import allauth.account.adapter
import allauth.account.forms
import allauth.account.stages
import allauth.core.ratelimit
import pytest
from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit as theirs
from django.db import connection
from django.test import RequestFactory

from operant.panel.accounts import limits
from operant.panel.accounts.models import Tries
from operant.platform import clock


def test_tries_are_counted_until_they_are_old(db):
    with clock.frozen():
        taken = [Tries.take("door", most=3, seconds=60) is not None for _ in range(4)]
        clock.advance(timedelta(seconds=59))
        taken.append(Tries.take("door", most=3, seconds=60) is not None)
        clock.advance(timedelta(seconds=2))
        taken += [Tries.take("door", most=3, seconds=60) is not None for _ in range(4)]
    assert taken == [True, True, True, False, False, True, True, True, False]


def test_a_try_that_succeeded_is_given_back(db):
    with clock.frozen():
        first = Tries.take("door", most=2, seconds=60)
        clock.advance(timedelta(seconds=1))
        Tries.take("door", most=2, seconds=60)
        Tries.give_back("door", first)
        assert Tries.are_left("door", most=2, seconds=60)
        Tries.give_back_last("door")
        Tries.give_back_last("door")
        assert Tries.objects.get(key="door").at == []


def test_of_many_at_once_exactly_as_many_as_may_are_let_through(db):
    """Each in a connection of its own, as each process has one."""
    key = uuid4().hex

    def take(_):
        try:
            return Tries.take(key, most=5, seconds=60)
        finally:
            connection.close()

    def forget():
        Tries.objects.filter(key=key).delete()
        connection.close()

    with ThreadPoolExecutor(8) as clients:
        taken = list(clients.map(take, range(40)))
        clients.submit(forget).result()
    assert len([each for each in taken if each is not None]) == 5


@pytest.fixture
def request_from():
    def make(ip):
        return RequestFactory(REMOTE_ADDR=ip).post("/")

    return make


def consumed(request, rates, *, key=None, **how):
    return theirs.consume(request, app="operant", action="door", config={"door": rates}, key=key, **how)


def test_a_limit_of_a_network_counts_its_addresses_together(db, request_from):
    ips = ["203.0.113.1", "203.0.113.250", "203.0.114.1", "2001:db8:1::1", "2001:db8:1:ffff::1", "2001:db8:2::1"]
    assert [bool(consumed(request_from(ip), "1/m/network")) for ip in ips] == [True, False, True, True, False, True]


def test_an_address_of_the_sixth_version_is_as_good_as_its_neighbors(db, request_from):
    ips = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
    assert [bool(consumed(request_from(ip), "1/m/ip")) for ip in ips] == [True, False, True]


def test_asking_whether_one_is_left_takes_none(db, request_from):
    here = request_from("203.0.113.1")
    assert [bool(consumed(here, "1/m/key", key="ada", dry_run=True)) for _ in range(3)] == [True, True, True]
    consumed(here, "1/m/key", key="ada")
    assert not consumed(here, "1/m/key", key="ada", dry_run=True)
    with pytest.raises(RateLimited):
        consumed(here, "1/m/key", key="ada", raise_exception=True)


def test_what_succeeded_gives_back_one_try_of_the_address_and_all_of_the_account(db, request_from):
    here, rates = request_from("203.0.113.1"), "3/m/ip,2/m/key"
    consumed(here, rates, key="ada")
    consumed(here, rates, key="ada")
    theirs.clear(here, app="operant", action="door", config={"door": rates}, key="ada")
    assert [bool(consumed(here, rates, key="ada")) for _ in range(3)] == [True, True, False]


def test_allauth_counts_here():
    assert theirs._consume_single_rate is limits._consume
    assert theirs.clear is limits._clear


def test_what_is_replaced_in_allauth_is_as_it_was():
    """A new minor version of allauth is read before these lines are changed."""
    assert version("django-allauth").rpartition(".")[0] == "65.21"
    names = ("request", "app", "action", "rate", "key", "user", "dry_run", "raise_exception")
    assert tuple(inspect.signature(limits._consume).parameters) == names
    consume, usage = inspect.getsource(theirs.consume), inspect.getsource(theirs.RateLimitUsage)
    assert "_consume_single_rate(" in consume
    assert "usage.rollback()" in usage
    assert "_impl.clear(" in inspect.getsource(allauth.core.ratelimit.clear)
    adapter = inspect.getsource(allauth.account.adapter.DefaultAccountAdapter)
    assert adapter.count("self._get_login_attempts_cache_key(request, **credentials)") == 2
    assert adapter.count("self.authentication_failed(request, **credentials)") == 1
    assert "is_login_by_code_required(self.login)" in inspect.getsource(allauth.account.stages.LoginByCodeStage.handle)
    form = inspect.getsource(allauth.account.forms.SignupForm.try_save)
    assert "honeypot_field_name" in form
