"""
Every way into an account, tried in any order: a machine that Hypothesis drives, and what it knows to be true.

Each browser is told apart; what the machine wrote down about it says who may be signed in there, and by what proof.
"""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from operant.panel.accounts.models import Person, SignUp, Tries
from operant.panel.organizations.models import Organization
from operant.platform import clock, tenancy
from operant.platform.messaging.models import Message
from operant.testing import cast as casting
from operant.testing.cast import PASSWORD
from operant.testing.factors import HERE, Authenticator, code_of
from operant.testing.mail import code_in

FACTORS = ("", "app", "passkey", "app and passkey")
NAMES = ("ada", "ben", "newcomer")
WORDS = (PASSWORD, "lantern-herring-42", "herring-lantern-17")
FACTOR, APP, CODES = "/accounts/login/factor/", "/me/security/app", "/me/security/backup-codes"


@dataclass
class Somebody:
    """What is true about one person, as far as the machine brought it about."""

    email: str
    password: str | None = PASSWORD
    app: str = ""
    backup: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    passkeys: list[Authenticator] = field(default_factory=list)

    @property
    def has_factor(self) -> bool:
        return bool(self.app or self.passkeys)


@dataclass
class Window:
    """A browser, who may be signed in there, and whose password it has typed rightly without more."""

    client: Client = field(default_factory=Client)
    inside: str | None = None
    waiting: str | None = None


class NotNow(Exception):
    """What a step asks for is not there."""


def only_if(is_there: object) -> None:
    """Leave the step undone unless this is there."""
    if not is_there:
        raise NotNow


def step(**given: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule that changes nothing where it cannot be done: with Hypothesis's own `assume` the whole walk would be thrown away."""

    def made(act: Callable[..., None]) -> Any:
        @wraps(act)
        def tried(self: "Entrances", **values: Any) -> None:
            with suppress(NotNow):
                act(self, **values)

        return rule(**given)(tried)

    return made


class Entrances(RuleBasedStateMachine):
    """Ada and Ben of Harbour and somebody new, with three browsers. `reached` counts the ways in that led in."""

    reached: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._frozen = clock.frozen()
        self._frozen.__enter__()
        self._undone = transaction.atomic()
        # Scopes insist on being outermost, and make way only for a test's own transaction.
        self._undone._from_testcase = True
        self._undone.__enter__()
        cast = casting.build()
        self.people = {name: Somebody(f"{name}@harbour.example") for name in ("ada", "ben")}
        self.ids = {"ada": cast.ada.pk, "ben": cast.ben.pk}
        self.windows = [Window() for _ in range(3)]
        self.harbour, self.demands, self.tried = cast.harbour, False, 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)
        self._frozen.__exit__(None, None, None)

    @initialize(ada=st.sampled_from(FACTORS), ben=st.sampled_from(FACTORS))
    def some_have_factors(self, ada: str, ben: str) -> None:
        """From the walk's first step on: too few walks come to a factor by themselves."""
        for name, factor in (("ada", ada), ("ben", ben)):
            self.type_a_password(at=0, name=name, words=PASSWORD)
            if "app" in factor:
                self.set_up_an_app(at=0)
            if "passkey" in factor:
                self.add_a_passkey(at=0)
            self.sign_out(at=0)
            assert self.people[name].has_factor == bool(factor)
        assert [self.is_in(window) for window in self.windows] == [None, None, None]

    # Coming to exist

    @precondition(lambda self: "newcomer" not in self.people)
    @step(at=st.integers(0, 2), is_right=st.booleans())
    def sign_up(self, at: int, is_right: bool) -> None:
        window = self.anew(at)
        self.tried += 1
        email = f"nora{self.tried}@quay.example"
        told = {"name": "Nora", "email": email, "organization": "Quay", "password1": PASSWORD}
        window.client.post("/accounts/signup/", told)
        window.client.post("/accounts/confirm-email/", {"code": self.mailed(email) if is_right else "AAAAAA"})
        if is_right:
            self.people["newcomer"] = Somebody(email)
            with tenancy.reception():
                self.ids["newcomer"] = Person.objects.get(email=email).pk
            window.inside = "newcomer"
            assert self.is_in(window) == self.ids["newcomer"]
            self.reached["sign-up"] += 1

    # Coming in

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), words=st.sampled_from(WORDS))
    def type_a_password(self, at: int, name: str, words: str) -> None:
        who, window = self.somebody(name), self.anew(at)
        window.client.post("/accounts/login/", {"login": who.email, "password": words})
        if words == who.password:
            window.inside, window.waiting = (None, name) if who.has_factor else (name, None)
            self.came(window, "password")

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES))
    def show_the_app(self, at: int, name: str) -> None:
        who = self.somebody(name)
        only_if(who.app)
        self.show(at, name, code_of(who.app))

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), was_used=st.booleans())
    def show_a_backup_code(self, at: int, name: str, was_used: bool) -> None:
        codes = self.somebody(name).used if was_used else self.somebody(name).backup
        only_if(codes)
        self.show(at, name, codes[0])

    @step(at=st.integers(0, 2), words=st.sampled_from(["", "0", "٠", "a"]), times=st.sampled_from([1, 6, 16, 10_000]))
    def show_nonsense(self, at: int, words: str, times: int) -> None:
        self.windows[at].client.post(FACTOR, {"code": words * times})

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def show_a_passkey(self, at: int, name: str, other: str) -> None:
        """As the second factor, saying that it is somebody's who may be another."""
        who, window = self.somebody(name), self.windows[at]
        only_if(who.passkeys and other in self.people and self.people[other].passkeys)
        said = self.people[other].passkeys[0].person
        self.answer(window, FACTOR, who.passkeys[0], person=said)
        if window.waiting == name == other:
            window.inside, window.waiting = name, None
            self.came(window, "passkey after the password")

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), is_real=st.booleans())
    def come_by_passkey_alone(self, at: int, name: str, is_real: bool) -> None:
        who = self.somebody(name)
        only_if(who.passkeys)
        window = self.anew(at)
        shown = who.passkeys[0] if is_real else Authenticator()
        self.answer(window, "/accounts/login/passkey/", shown, person=who.passkeys[0].person)
        if is_real:
            window.inside = name
            self.came(window, "passkey alone")

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), by=st.sampled_from(("app", "backup code", "passkey")))
    def come_in_with_a_factor(self, at: int, name: str, by: str) -> None:
        """The whole way, which single steps seldom make in a row."""
        who = self.somebody(name)
        only_if(who.has_factor)
        # A code of the app counts once.
        clock.advance(timedelta(seconds=31))
        self.type_a_password(at=at, name=name, words=who.password)
        if by == "app":
            self.show_the_app(at=at, name=name)
        elif by == "passkey":
            self.show_a_passkey(at=at, name=name, other=name)
        else:
            self.show_a_backup_code(at=at, name=name, was_used=False)

    @step(at=st.integers(0, 2), name=st.sampled_from(NAMES), words=st.sampled_from(WORDS), is_right=st.booleans())
    def forget_the_password(self, at: int, name: str, words: str, is_right: bool) -> None:
        who, window = self.somebody(name), self.anew(at)
        enter = window.client.post("/accounts/password/reset/", {"email": who.email})["Location"]
        answer = window.client.post(enter, {"code": self.mailed(who.email) if is_right else "AAAAAA"}, follow=True)
        form = answer.redirect_chain[-1][0] if answer.redirect_chain else "/accounts/password/reset/complete/"
        window.client.post(form, {"password1": words, "password2": words}, follow=True)
        if is_right and words != who.password:
            who.password = words
            self.everybody_out(name)

    # What changes the ways in

    @step(at=st.integers(0, 2))
    def set_up_an_app(self, at: int) -> None:
        window, who = self.signed_in(at)
        only_if(not who.app)
        if window.client.get(APP).status_code != 200:
            return
        secret = window.client.session["accounts.enrolment"]["secret"]
        answer = window.client.post(APP, {"code": code_of(secret)})
        assert answer.status_code in {201, 302}
        self.protected(window, who, answer)
        who.app = secret

    @step(at=st.integers(0, 2))
    def add_a_passkey(self, at: int) -> None:
        window, who = self.signed_in(at)
        passkey = Authenticator()
        options = window.client.post("/me/security/passkeys/options", **HERE)
        if options.status_code != 200:
            return
        posted = {"name": "Laptop", "credential": json.dumps(passkey.created(options.json()))}
        answer = window.client.post("/me/security/passkeys/new", posted, **HERE)
        if answer.status_code not in {201, 302} or "reauthenticate" in answer.headers.get("Location", ""):
            return
        self.protected(window, who, answer)
        who.passkeys.append(passkey)

    @step(at=st.integers(0, 2))
    def make_backup_codes_anew(self, at: int) -> None:
        window, who = self.signed_in(at)
        only_if(who.has_factor)
        answer = window.client.post(CODES)
        if answer.status_code == 201:
            who.used += who.backup
            self.given(who, answer)

    @step(at=st.integers(0, 2))
    def sign_out(self, at: int) -> None:
        self.anew(at, keeps_cookies=True).client.post("/accounts/logout/")

    @step(at=st.integers(0, 2), to=st.integers(0, 2))
    def carry_an_old_cookie(self, at: int, to: int) -> None:
        """A cookie of before is put back after whatever happened meanwhile: signing out ended it."""
        window = self.windows[at]
        kept = window.client.cookies.get("ot-session")
        only_if(kept is not None and kept.value and at != to)
        window.client.post("/accounts/logout/")
        window.inside = window.waiting = None
        other = self.anew(to)
        other.client.cookies["ot-session"] = kept.value

    @step()
    def require_factors(self) -> None:
        with tenancy.organization_scope(self.harbour.pk):
            Organization.objects.update(second_factor_from=clock.now())
        self.demands = True

    @step(seconds=st.sampled_from([31, 300, 700]))
    def wait(self, seconds: int) -> None:
        clock.advance(timedelta(seconds=seconds))

    # What must hold

    @invariant()
    def nobody_is_in_without_proof(self) -> None:
        for number, window in enumerate(self.windows):
            found = self.is_in(window)
            allowed = self.ids.get(window.inside) if window.inside else None
            assert found in {None, allowed}, f"browser {number} is signed in as {found}, and may be {allowed} at most"

    @invariant()
    def the_rule_of_the_organization_holds(self) -> None:
        for window in self.windows:
            if self.demands and window.inside in {"ada", "ben"} and not self.people[window.inside].has_factor:
                assert window.client.get("/o/harbour/", **HERE).status_code != 200

    # How it is done

    def somebody(self, name: str) -> Somebody:
        only_if(name in self.people)
        self.no_limits()
        return self.people[name]

    def signed_in(self, at: int) -> tuple[Window, Somebody]:
        window = self.windows[at]
        only_if(window.inside and self.is_in(window))
        self.no_limits()
        return window, self.people[window.inside]

    def anew(self, at: int, *, keeps_cookies: bool = False) -> Window:
        """Return a browser that has forgotten everything; limits are another test's matter."""
        self.no_limits()
        window = self.windows[at]
        window.inside = window.waiting = None
        if not keeps_cookies:
            window.client = Client()
        return window

    def no_limits(self) -> None:
        cache.clear()
        Tries.objects.all().delete()
        with tenancy.reception():
            SignUp.objects.all().delete()
        clock.advance(timedelta(seconds=1))

    def show(self, at: int, name: str, code: str) -> None:
        """Type a code where the second factor is asked for; it counts for whoever's it is, and once."""
        window, who = self.windows[at], self.people[name]
        answer = window.client.post(FACTOR, {"code": code})
        if window.waiting != name or answer.status_code != 302:
            return
        was_backup, was_used = code in who.backup, code in who.used
        if was_backup:
            who.backup.remove(code)
            who.used.append(code)
        if not was_used:
            window.inside, window.waiting = name, None
            self.came(window, "backup code" if was_backup else "app")

    def came(self, window: Window, how: str) -> None:
        self.reached[how] += self.is_in(window) is not None

    def answer(self, window: Window, where: str, passkey: Authenticator, **more: Any) -> None:
        options = window.client.post("/accounts/login/passkey/options", **HERE)
        if options.status_code == 200:
            window.client.post(where, {"credential": json.dumps(passkey.shown(options.json(), **more))}, **HERE)

    def protected(self, window: Window, who: Somebody, answer: Any) -> None:
        """The first factor ends what was begun without one; those after it end nothing."""
        self.given(who, answer)
        if not who.has_factor:
            self.everybody_out(window.inside, but=window)

    def given(self, who: Somebody, answer: Any) -> None:
        if answer.status_code == 201:
            who.backup = list(answer.context["codes"])

    def everybody_out(self, name: str, but: Window | None = None) -> None:
        for window in self.windows:
            if window is not but and window.inside == name:
                window.inside = None

    def is_in(self, window: Window) -> Any:
        answer = window.client.get("/me/", **HERE)
        return answer.wsgi_request.user.pk if answer.status_code == 200 else None

    def mailed(self, email: str) -> str:
        with tenancy.organization_scope(tenancy.OPERATOR):
            mails = [each for each in Message.objects.order_by("-created_at", "-id") if each.recipient == email]
        newest = next((each for each in mails if "code is" in each.text), None)
        return code_in(newest.text) if newest else "AAAAAA"
