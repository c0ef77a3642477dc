"""What an organization is set to, and how it looks."""

from typing import Any

from operant.platform import files
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid

from .. import brand, choices, events, naming
from ..models import Organization

LONGEST_ADDRESS, MOST_LINES = 500, 8
WORDS = {
    "time_zone": "time zone", "locale": "language of numbers and dates", "currency": "currency",
    "postal_address": "postal address", "color": "brand color",
}  # fmt: skip


def change_settings(*, organization: Organization, **given: str) -> Organization:
    """
    This function will change what is given: `name`, `time_zone`, `locale`, `currency`, `postal_address`, `color`.

    The address that pages stand under stays as it is. Each change is told with what was there before.

    :raises Invalid: when a value is none that it can have.
    """
    checked = {name: _CHECKS[name](value) for name, value in given.items()}
    changed = {name: value for name, value in checked.items() if getattr(organization, name) != value}
    before = {name: getattr(organization, name) for name in changed}
    for name, value in changed.items():
        setattr(organization, name, value)
    if changed:
        organization.save(update_fields=list(changed))
    for name, value in changed.items():
        announce(_fact(name, before[name], value), about=organization)
    return organization


def put_logo(*, organization: Organization, upload: Any, file_name: str) -> Organization:
    """
    This function will show a picture as the organization's logo, in place of the one before.

    :raises Invalid: when it is no PNG or JPEG, too large, damaged, or over the quota.
    """
    before, organization.logo = organization.logo, files.store_picture(upload, name=file_name)
    organization.save(update_fields=["logo"])
    if before:
        before.delete()
    announce(events.LogoChanged(before=before.name if before else "", name=organization.logo.name), about=organization)
    return organization


def remove_logo(*, organization: Organization) -> Organization:
    """
    This function will show the organization without a logo.

    :raises Gone: when it has none.
    """
    before, organization.logo = organization.logo, None
    if before is None:
        raise Gone("There is no logo.")
    organization.save(update_fields=["logo"])
    before.delete()
    announce(events.LogoRemoved(before=before.name), about=organization)
    return organization


def _fact(name: str, before: str, value: str) -> Any:
    if name == "name":
        return events.OrganizationRenamed(before=before, name=value)
    told = {"before": _shown(before), "now": _shown(value)}
    return events.SettingChanged(setting=WORDS[name], **told)


def _shown(value: str) -> str:
    return ", ".join(value.splitlines()) or "nothing"


def _known(names: Any, noun: str) -> Any:
    def check(value: str) -> str:
        if value not in names():
            raise Invalid(f"{naming.plain(value)[:60]} is no {noun} that Operant knows.")
        return value

    return check


def _address(text: str) -> str:
    lines = [naming.plain(line) for line in text.splitlines()]
    found = "\n".join(line for line in lines if line)
    if len(found) > LONGEST_ADDRESS or found.count("\n") >= MOST_LINES:
        raise Invalid(f"A postal address has at most {MOST_LINES} lines and {LONGEST_ADDRESS} characters.")
    return found


_CHECKS = {
    "name": naming.of_organization,
    "time_zone": _known(choices.zone_names, "time zone"),
    "locale": _known(choices.locale_names, "language"),
    "currency": _known(choices.currency_codes, "currency"),
    "postal_address": _address,
    "color": brand.color,
}
