"""What people, programs and screens do in a house with every secret that it knows, rightly and almost rightly."""

import html
import re
import secrets
from base64 import b32decode, b64decode
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import psycopg
import requests
from psycopg import sql

from operant.testing import pgbench, plugin, provider
from operant.testing.factors import code_of
from operant.testing.mail import code_in
from operant.testing.relay import AGENT, heartbeat
from operant.testing.waiting import until

from .canary_house import Browser, House

DORA, GUEST, NEW = "dora@quay.example", "gus@quay.example", "dora@pier.example"
READER = "canary_reader"
TOKEN, CODES = r"ot_live_\w+", r"<li><code>([0-9A-Z-]+)</code>"


def strange(word: str) -> str:
    """Return a password that every way of quoting writes in another way."""
    return f"{word} \"ä/\\<&>'+% {secrets.token_hex(8)}"


class Story:
    """Dora of Quay. `secrets` are those that only she, her programs and her screens may know."""

    def __init__(self, house: House, there: provider.Provider, door: pgbench.Door, settings: dict[str, str]) -> None:
        self.house, self.there, self.door = house, there, door
        self.secrets = house.keys() | {f"setting {name}": value.encode() for name, value in settings.items()}
        self.browser = Browser(house.url)
        self.password, self.backup, self.inside, self.token = "", [], "", ""

    def happens(self, server: str) -> None:
        """Let all of it happen; nobody answers at the server that is told of it."""
        self.signs_up()
        self.sets_up_an_app()
        self.browser = self.signs_in()
        self.changes_her_password()
        self.makes_a_token()
        self.has_servers_told(server)
        self.connects_a_database()
        self.pairs_a_screen()
        self.invites()
        self.looks_at_figures()
        self.comes_from_elsewhere()
        self.changes_her_address()
        self.everything_fails()
        self.forgets_her_password()
        self.loses_her_factor()

    def ends(self) -> None:
        """Leave nothing on the tests' own server."""
        with psycopg.connect(**plugin.ADMIN | {"dbname": plugin.DATABASE}, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(READER)))

    def knows(self, name: str, secret: str | bytes) -> Any:
        """Note a secret, and return it."""
        self.secrets[name] = secret.encode() if isinstance(secret, str) else secret
        return secret

    def mailed_code(self, name: str, to: str) -> str:
        return self.knows(name, code_in(self.house.mail(to, "code is")))

    # How people come in

    def signs_up(self) -> None:
        self.password = self.knows("first password", strange("first"))
        told = {"name": "Dora", "email": DORA, "organization": "Quay", "password1": self.password}
        expect(self.browser.send("/accounts/signup/", **told), 302)
        expect(self.browser.send("/accounts/confirm-email/", code="AAAAAA"), 200, 302)
        expect(self.browser.send("/accounts/confirm-email/", code=self.mailed_code("sign-up code", DORA)), 302)
        self.knows("session of the sign-up", self.browser.session)
        self.inside = urlsplit(str(self.browser.client.get("/", follow_redirects=True).url)).path

    def sets_up_an_app(self) -> None:
        """In a browser in which she has typed her password just now."""
        self.browser = Browser(self.house.url)
        expect(self.browser.send("/accounts/login/", login=DORA, password=self.password), 302)
        page = self.browser.read("/me/security/app")
        secret = self.knows("app's secret", re.findall(r'data-value="([A-Z2-7 ]{32,})"', page)[0].replace(" ", ""))
        self.knows("app's secret as bytes", b32decode(secret))
        made = expect(self.browser.send("/me/security/app", code=code_of(secret)), 201)
        self.has_backup_codes("backup code", made.text)
        made = expect(self.browser.send("/me/security/backup-codes", at="/me/security/"), 201)
        self.has_backup_codes("later backup code", made.text)

    def has_backup_codes(self, name: str, page: str) -> None:
        self.backup = [self.knows(f"{name} {number}", code) for number, code in enumerate(re.findall(CODES, page))]
        for number, code in enumerate(self.backup):
            self.knows(f"{name} {number}, as it is kept", code.replace("-", ""))
        assert len(self.backup) == 10

    def signs_in(self) -> Browser:
        """In another browser, after a few mistakes."""
        browser = Browser(self.house.url)
        wrong = self.knows("password with a slip", self.password[:-1] + "#")
        expect(browser.send("/accounts/login/", login=DORA, password=wrong), 200)
        expect(browser.send("/accounts/login/", login=self.password, password=DORA), 200)
        expect(browser.send("/accounts/login/", login=DORA, password=self.password), 302)
        self.knows("session without a factor", browser.session)
        code = self.backup.pop()
        expect(browser.send("/accounts/login/factor/", code=code[:-1] + ("1" if code[-1] == "0" else "0")), 422)
        expect(browser.send("/accounts/login/factor/", code=code), 302)
        self.knows("session", browser.session)
        return browser

    def changes_her_password(self) -> None:
        new = self.knows("second password", strange("second"))
        at = "/accounts/password/change/"
        expect(self.browser.send(at, oldpassword=new, password1=new, password2=new), 200)
        expect(self.browser.send(at, oldpassword=self.password, password1=new, password2=new), 302)
        self.password = new
        self.knows("session after the change", self.browser.session)

    def forgets_her_password(self) -> None:
        browser, new = Browser(self.house.url), self.knows("third password", strange("third"))
        with self.house.failing_mails():
            enter = expect(browser.send("/accounts/password/reset/", email=DORA), 302).headers["Location"]
        expect(browser.send(enter, code="BBBBBB"), 200)
        answer = expect(browser.send(enter, code=self.mailed_code("reset code", DORA)), 302)
        expect(browser.send(answer.headers["Location"], password1=new, password2=new), 302)
        self.password = new

    def changes_her_address(self) -> None:
        expect(self.browser.send("/me/mail/", address=NEW), 302)
        old, new = self.mailed_code("code to the old address", DORA), self.mailed_code("code to the new address", NEW)
        expect(self.browser.send("/me/mail/confirmation", at="/me/mail/", old=new, new=old), 422)
        expect(self.browser.send("/me/mail/confirmation", at="/me/mail/", old=old), 302)

    def loses_her_factor(self) -> None:
        browser = Browser(self.house.url)
        expect(browser.send("/accounts/login/", login=DORA, password=self.password), 302)
        expect(browser.send("/accounts/login/recovery/"), 302)
        expect(browser.send("/accounts/login/recovery/", code=self.mailed_code("recovery code", DORA)), 302)
        link = re.findall(r"https?://\S+/recovery/\S+", self.house.mail(DORA, "/recovery/"))[0]
        self.knows("link that cancels a recovery", link.rstrip("/").rpartition("/")[2])
        browser.read(urlsplit(link).path)

    def comes_from_elsewhere(self) -> None:
        """From the identity provider, which is shown the client's secret, and once with a code that somebody made up."""
        self.there.knows("d-1", **provider.DORA)
        browser = Browser(self.house.url)
        page = expect(browser.send("/accounts/oidc/", at="/accounts/login/"), 200).text
        place = urlsplit(html.unescape(re.findall(r'content="0;url=([^"]+)"', page)[0]))
        asked = place._replace(query=urlencode(dict(parse_qsl(place.query)))).geturl()
        back = urlsplit(requests.post(asked, data={"sub": "d-1"}, allow_redirects=False, timeout=10).headers["Location"])
        given = dict(parse_qsl(back.query))
        self.knows("code of the provider", given["code"])
        browser.read(f"{back.path}?{urlencode(given)}")
        assert [each["client_secret"].encode() for each in self.there.heard] == [self.secrets["setting OPERANT_OIDC_CLIENT_SECRET"]]
        browser.read(f"{back.path}?{urlencode(given | {'code': self.knows('code that was made up', secrets.token_hex(16))})}")

    # Programs, servers, databases, screens

    def makes_a_token(self) -> None:
        at = f"{self.inside}settings/tokens/"
        scopes = re.findall(r'name="scopes"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="scopes"', self.browser.read(at))
        chosen = [one or other for one, other in scopes]
        made = expect(self.browser.send(at, name="Nightly", scopes=chosen, lasting="90"), 201)
        self.token = self.knows("API token", re.findall(TOKEN, made.text)[0])
        spoiled = self.knows("spoiled API token", self.token[:-1] + ("x" if self.token[-1] != "x" else "y"))
        assert [self.asks("GET", "token").status_code, self.asks("GET", "token", token=spoiled).status_code] == [200, 401]
        httpx.get(f"{self.house.url}/api/v1/token?token={self.token}", auth=("dora", self.token), timeout=60)
        httpx.post(f"{self.house.url}/api/v1/sources", json={"name": self.token}, timeout=60)

    def asks(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> httpx.Response:
        named = {"Authorization": f"Bearer {token or self.token}", **headers}
        return httpx.request(method, f"{self.house.url}/api/v1/{path}", json=body, headers=named, timeout=60)

    def has_servers_told(self, address: str) -> None:
        at = f"{self.inside}settings/webhooks/"
        made = expect(self.browser.send(at, address=address, hearing="all"), 201).text
        one = re.findall(rf"{at}whe_\w+/", made)[0]
        rotated = expect(self.browser.send(f"{one}secrets", at=one), 201).text
        key = secrets.token_hex(8)
        answers = [self.asks("POST", "webhooks", {"address": address}, **{"Idempotency-Key": key}) for _ in range(2)]
        assert [each.status_code for each in answers] == [201, 201]
        texts = {"webhook secret": made, "rotated webhook secret": rotated, "API's webhook secret": answers[0].text}
        for name, text in texts.items():
            secret = self.knows(name, re.findall(r"whsec_[A-Za-z0-9+/=]+", text)[0])
            self.knows(f"{name} as bytes", b64decode(secret.removeprefix("whsec_")))
        expect(self.browser.send(f"{one}tests", at=one), 302)
        told = "SELECT count(*) FROM webhooks_attempt"
        until(lambda: self.house.ask(told)[0][0], "an attempt at the server")

    def connects_a_database(self) -> None:
        password, wrong = self.knows("source password", strange("source")), self.knows("wrong source password", strange("not"))
        _reader(password)
        at = f"{self.inside}sources/connections/new"
        said = {
            "host": "127.0.0.1", "port": self.door.port, "database": plugin.DATABASE, "user": READER, "tls": "off", "authority": "",
            "schema": "",
        }  # fmt: skip
        tests = f"{self.inside}sources/connections/tests"
        assert [self.browser.send(tests, at=at, password=each, **said).status_code for each in (wrong, password)] == [200, 200]
        made = [expect(self.browser.send(at, name=f"Till {each[:3]}", password=each, **said), 302) for each in (wrong, password)]
        one = made[1].headers["Location"]
        self.browser.read(one)
        expect(self.browser.send(f"{one}connection", password=wrong, **said), 302)
        api = self.knows("API's source password", strange("api"))
        body = {"name": "Vault", **said, "password": api}
        assert self.asks("POST", "databases", body, **{"Idempotency-Key": secrets.token_hex(8)}).status_code in {201, 202}

    def pairs_a_screen(self) -> None:
        tv = httpx.Client(base_url=self.house.url, headers={"User-Agent": AGENT}, timeout=60)
        for name in ("screen that waits", "screen"):
            hello = tv.post("/relay/hello", json={"viewport": {"w": 1920, "h": 1080}}).json()
            self.knows(f"{name}: secret of the device", hello["secret"])
            self.knows(f"{name}: pairing code", hello["code"])
        at = f"{self.inside}screens/pair"
        expect(self.browser.send(at, at=f"{at}?code={hello['code']}", code=hello["code"], name="Lobby", dashboard=""), 302)
        shown = tv.post("/relay/pairing", json={"device": hello["device"], "secret": hello["secret"]}).json()
        renewed = tv.post("/relay/token", json={"refresh": shown["refresh"]}).json()
        for name, told in (("first", shown), ("renewed", renewed)):
            self.knows(f"{name} access of the screen", told["access"])
            self.knows(f"{name} refresh of the screen", told["refresh"])
        bearer = {"Authorization": f"Bearer {renewed['access']}"}
        spoiled = {"Authorization": f"Bearer {self.knows('spoiled access', renewed['access'][:-1] + '-')}"}
        assert [tv.post("/relay/heartbeat", json=heartbeat(), headers=each).status_code for each in (bearer, spoiled)] == [200, 401]
        errors = [{"code": "script_error", "message": f"Bearer {renewed['access']}", "count": 1}]
        tv.post("/relay/heartbeat", json=heartbeat(errors=errors), headers=bearer)
        ticket = self.knows("ticket of the screen", tv.post("/relay/ticket", headers=bearer).json()["ticket"])
        with suppress(httpx.TimeoutException), tv.stream("GET", f"/relay/stream?ticket={ticket}", timeout=1) as stream:
            next(stream.iter_raw())
        self.tv, self.bearer = tv, bearer

    def invites(self) -> None:
        expect(self.browser.send(f"{self.inside}people/invitations", at=f"{self.inside}people/", email=GUEST, role="viewer"), 302)
        link = re.findall(r"https?://\S+/invitations/\S+", self.house.mail(GUEST, "/invitations/"))[0]
        token = self.knows("link of an invitation", link.rpartition("/")[2])
        guest = Browser(self.house.url)
        guest.read(f"/invitations/{token}")
        guest.read(f"/invitations/{token[:-1]}")
        told = {"name": "Gus", "email": GUEST, "password1": self.knows("guest's password", strange("guest"))}
        guest.send("/accounts/signup/", **told)
        self.knows("session of the guest", guest.session)

    def looks_at_figures(self) -> None:
        right = self.secrets["setting OPERANT_METRICS_TOKEN"].decode()
        for token in (right, self.knows("wrong token of the figures", right[:-1] + "#")):
            httpx.get(f"{self.house.url}/metrics?token={token}", headers={"Authorization": f"Bearer {token}"}, timeout=60)

    # When nothing works

    def everything_fails(self) -> None:
        """The database refuses what is written. Everybody tries all the same, with secrets in their hands."""
        typed = self.knows("password of a bad hour", strange("bad"))
        reader = {"host": "127.0.0.1", "port": self.door.port, "database": "x", "user": READER, "password": typed, "tls": "off"}
        sign_up = {"name": "Eve", "email": "eve@quay.example", "organization": "Sea", "password1": typed}
        acts: list[Callable[[], httpx.Response]] = [
            lambda: Browser(self.house.url).send("/accounts/signup/", **sign_up),
            lambda: Browser(self.house.url).send("/accounts/login/", login=DORA, password=typed),
            lambda: self.browser.send(f"{self.inside}sources/connections/new", name="Sea", **reader),
            lambda: self.asks("POST", "databases", {"name": "Sea", **reader, "port": self.door.port}),
            lambda: self.tv.post("/relay/hello", json={"viewport": {"w": 1, "h": 1}}),
            lambda: self.asks("POST", "webhooks", {"address": f"http://127.0.0.1:{self.door.port}/x"}),
        ]
        tables = (
            "accounts_sign_up", "accounts_sign_in", "stage_connection", "relay_pairing", "webhooks_endpoint", "webhooks_attempt",
        )  # fmt: skip
        failing = {"/accounts/signup/", "/accounts/login/", "/api/v1/databases", "/api/v1/webhooks", "webhooks.deliver"}
        one = re.findall(rf"{self.inside}settings/webhooks/whe_\w+/", self.browser.read(f"{self.inside}settings/webhooks/"))[0]
        with self.house.refusing(*tables):
            # For a screen another code is tried, again and again.
            assert [act().status_code for act in acts] == [500, 500, 500, 500, 429, 500]
            expect(self.browser.send(f"{one}tests", at=one), 302)
            until(lambda: failing <= {doing for (doing,) in self.house.ask("SELECT doing FROM observing_failure")}, "all failures")


def expect(answer: httpx.Response, *statuses: int) -> httpx.Response:
    """Return an answer that has one of these statuses."""
    assert answer.status_code in statuses, f"{answer.request.url} answered {answer.status_code}: {answer.text[:3000]}"
    return answer


def _reader(password: str) -> None:
    with psycopg.connect(**plugin.ADMIN | {"dbname": plugin.DATABASE}, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(READER)))
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(READER), sql.Literal(password)))
