from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from operant.platform.events.models import Announcement
from operant.platform.holdings import Rows, hold

from .models import BackupCode, MailChange, Person, Recovery, Session, SignIn, SignUp

ATTEMPT = ("at", "result", "factor", "ip", "network", "country", "browser", "system", "agent")


@hold("profile", "Who you are here. Of the password there is a hash, which is not in this copy.")
def profile(person_id: UUID) -> Rows:
    fields = ("id", "name", "email", "locale", "time_zone", "is_active", "created_at")
    return Person.objects.filter(pk=person_id).values(*fields)


@hold("addresses", "Your mail addresses, and whether they are confirmed.", "account_emailaddress.user_id")
def addresses(person_id: UUID) -> Rows:
    return EmailAddress.objects.filter(user=person_id).values("email", "verified", "primary")


@hold("mail-change", "A change of your address that waits for its codes.", "accounts_mail_change.person_id")
def mail_change(person_id: UUID) -> Rows:
    found = MailChange.objects.filter(person=person_id)
    return found.values("address", "asked_at", "is_old_confirmed", "is_new_confirmed")


@hold("sign-ins", "Every attempt to enter your account, kept as long as the account.", "accounts_sign_in.person_id")
def sign_ins(person_id: UUID) -> Rows:
    return SignIn.objects.filter(person=person_id).order_by("-at").values(*ATTEMPT)


@hold(
    "sign-ups",
    "When and from where you signed up. This record stays when an account is erased, against sign-ups by machines: cut "
    "loose from the person, without name or address, of which there is a keyed hash.",
    "accounts_sign_up.person_id",
)
def sign_ups(person_id: UUID) -> Rows:
    return SignUp.objects.filter(person=person_id).order_by("-at").values("at", "verdict", "ip", "network")


@hold("sessions", "The browsers in which you are signed in.", "accounts_session.person_id")
def sessions(person_id: UUID) -> Rows:
    told = ("sign_in__at", "sign_in__ip", "sign_in__browser", "sign_in__system", "seen_at", "expire_date")
    return Session.objects.filter(person=person_id).order_by("-seen_at").values(*told)


@hold("second-factors", "Your second factors; their secrets and keys are not in this copy.", "mfa_authenticator.user_id")
def second_factors(person_id: UUID) -> Rows:
    for each in Authenticator.objects.filter(user=person_id).order_by("-created_at"):
        called = each.data.get("name", "") if each.type == Authenticator.Type.WEBAUTHN else ""
        yield {"kind": each.type, "name": called, "created_at": each.created_at, "last_used_at": each.last_used_at}


@hold("backup-codes", "When each of your backup codes was used; the codes are kept as hashes.", "accounts_backup_code.person_id")
def backup_codes(person_id: UUID) -> Rows:
    return BackupCode.objects.filter(person=person_id).order_by("-used_at", "pk").values("used_at")


@hold("identities", "Accounts elsewhere that you sign in with.", "socialaccount_socialaccount.user_id")
def identities(person_id: UUID) -> Rows:
    told = ("provider", "uid", "extra_data", "date_joined", "last_login")
    return SocialAccount.objects.filter(user=person_id).order_by("-date_joined").values(*told)


@hold(
    "recoveries", "Requests to be let in without your second factor.", "accounts_recovery.person_id", of_organizations=True
)
def recoveries(person_id: UUID) -> Rows:
    return Recovery.objects.filter(person=person_id).order_by("-asked_at").values("asked_at", "due_at", "ended_at")


@hold("account-log", "What happened with your account.", of_organizations=True)
def account_log(person_id: UUID) -> Rows:
    return Announcement.objects.filter(subject_id=person_id).order_by("-at", "pk").values("at", "name", "actor_kind")
