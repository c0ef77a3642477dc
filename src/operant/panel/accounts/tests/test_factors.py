from datetime import timedelta

import pytest

from operant.panel.accounts import codes, demands, events, queries
from operant.panel.accounts.actions import factors
from operant.panel.accounts.models import BackupCode, Factor
from operant.platform import clock
from operant.platform.messaging import outbox
from operant.platform.refusals import Gone, Invalid, Refusal
from operant.testing.factors import code_of, with_app
from operant.testing.queue import run_jobs

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def now(cast):
    with clock.frozen() as at:
        yield at


def test_an_app_is_added_once_it_shows_a_right_code(cast, now, announced):
    made = factors.add_app(person=cast.ben, secret=SECRET, code=code_of(SECRET))
    assert announced == [
        events.FactorAdded(name="Ben", factor="authenticator app"), events.BackupCodesMade(name="Ben")
    ]
    assert [len(code) for code in made] == [19] * 10
    assert [each.type for each in queries.factors(cast.ben)] == ["totp"]
    run_jobs()
    assert "A second factor was added to ben@harbour.example: authenticator app." in outbox.latest()[0].text


def test_a_wrong_code_adds_nothing(cast, now, announced):
    wrong = f"{(int(code_of(SECRET)) + 1) % 1_000_000:06}"
    with pytest.raises(Invalid):
        factors.add_app(person=cast.ben, secret=SECRET, code=wrong)
    assert (announced, queries.has_factor(cast.ben.pk), BackupCode.objects.count()) == ([], False, 0)


def test_a_person_has_one_app(cast, now):
    with_app(cast.ben)
    with pytest.raises(Refusal, match="already"):
        factors.add_app(person=cast.ben, secret=SECRET, code=code_of(SECRET))


def test_what_stands_in_the_database_is_no_secret(cast, now):
    secret, made = with_app(cast.ben)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(secret, 'escape'), (SELECT string_agg(data::text, '') FROM mfa_authenticator), "
            "(SELECT string_agg(name || fingerprint, ' ') FROM accounts_backup_code) FROM accounts_factor"
        )
        kept = " ".join(cursor.fetchone())
    assert [secret in kept] + [code.replace("-", "") in kept for code in made] == [False] * 11
    assert Factor.objects.get().secret == secret


def test_a_code_of_the_app_works_once(cast, now):
    secret, _ = with_app(cast.ben)
    assert factors.accept_code(person=cast.ben, code=code_of(secret)) == "totp"
    with pytest.raises(Invalid, match="used already"):
        factors.accept_code(person=cast.ben, code=code_of(secret))
    clock.advance(timedelta(seconds=30))
    assert factors.accept_code(person=cast.ben, code=code_of(secret)) == "totp"


@pytest.mark.parametrize("seconds", [-31, 31])
def test_a_code_of_another_half_minute_does_not_work(cast, seconds):
    with clock.frozen():
        secret, _ = with_app(cast.ben)
        code = code_of(secret)
        clock.advance(timedelta(seconds=seconds))
        with pytest.raises(Invalid):
            factors.accept_code(person=cast.ben, code=code)


def test_the_code_that_set_the_app_up_signs_nobody_in(cast, now):
    factors.add_app(person=cast.ben, secret=SECRET, code=code_of(SECRET))
    with pytest.raises(Invalid, match="used already"):
        factors.accept_code(person=cast.ben, code=code_of(SECRET))


def test_somebody_elses_code_is_refused(cast, now):
    secret, made = with_app(cast.ben)
    with_app(cast.cleo)
    for code in (code_of(secret), made[0]):
        with pytest.raises(Invalid):
            factors.accept_code(person=cast.cleo, code=code)
    assert queries.backup_codes_left(cast.ben) == 10


def test_each_backup_code_works_once_however_it_is_typed(cast, now, announced):
    _, made = with_app(cast.ben)
    announced.clear()
    assert factors.accept_code(person=cast.ben, code=made[0].lower().replace("-", " ")) == "backup_code"
    with pytest.raises(Invalid):
        factors.accept_code(person=cast.ben, code=made[0])
    for code in made[1:]:
        factors.accept_code(person=cast.ben, code=code)
    assert announced == [events.BackupCodeUsed(name="Ben", left=left) for left in range(9, -1, -1)]


def test_a_fingerprint_is_argon2id():
    assert codes.fingerprint("0" * 16).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_letters_that_look_like_digits_are_read_as_them():
    assert codes.read(" oOiI lL-8 ") == "0011118"


def test_new_backup_codes_void_the_old_ones(cast, now):
    _, old = with_app(cast.ben)
    new = factors.make_backup_codes(person=cast.ben)
    with pytest.raises(Invalid):
        factors.accept_code(person=cast.ben, code=old[0])
    assert (factors.accept_code(person=cast.ben, code=new[0]), queries.backup_codes_left(cast.ben)) == ("backup_code", 9)


def test_backup_codes_stand_in_for_something(cast):
    with pytest.raises(Refusal):
        factors.make_backup_codes(person=cast.ben)


def test_with_the_last_factor_the_backup_codes_go(cast, now, announced):
    with_app(cast.ben)
    announced.clear()
    key = queries.factors(cast.ben).get().factor.pk
    factors.remove(person=cast.ben, key=key)
    assert (announced, BackupCode.objects.count()) == ([events.FactorRemoved(name="Ben", factor="authenticator app")], 0)
    with pytest.raises(Gone):
        factors.remove(person=cast.ben, key=key)


def test_the_last_factor_stays_while_somebody_demands_one(cast, now, monkeypatch):
    with_app(cast.ben)
    monkeypatch.setattr(demands, "_asked", [lambda person_id: ["Harbour"]])
    with pytest.raises(Refusal, match="Harbour requires a second factor"):
        factors.remove(person=cast.ben, key=queries.factors(cast.ben).get().factor.pk)


def test_nobody_removes_the_factor_of_somebody_else(cast, now):
    with_app(cast.ben)
    with pytest.raises(Gone):
        factors.remove(person=cast.cleo, key=Factor.objects.get().pk)
