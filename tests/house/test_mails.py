"""Every mail names what it is for: one of four uses, by the folder that its template stands in. There is no fifth."""

import pytest

from operant.platform.messaging import categories
from operant.platform.messaging.categories import Use

from . import sources

FOLDERS = [path.parent for path in sources.files(".txt", trees=("src",)) if path.parent.parent.name == "mail"]
MAILS = sorted(
    (path.parent.name, path.stem)
    for path in sources.files(".txt", ".mjml", trees=("src",))
    if path.parent in FOLDERS and path.parent.name != "more" and not path.name.startswith("_")
)
# Written by `panel/notifications` only, for any category of notices. All others are essential: what stands here is
# what may be sent to somebody who switched everything off, so it advertises nothing.
FOR_ALL = ("notice", "news")
# The operator's own words, to whoever did not end them.
NEWS_OF_THE_PRODUCT = ("notice", "product_update")
ESSENTIAL = {
    ("sign_in", "account_exists"),
    ("sign_in", "mail_change_new"),
    ("sign_in", "mail_change_old"),
    ("sign_in", "mail_change_taken"),
    ("sign_in", "recovery_code"),
    ("sign_in", "sign_in_code"),
    ("sign_in", "verification_code"),
    ("reset", "account_unknown"),
    ("reset", "reset_code"),
    ("notice", "account_changed"),
    ("notice", "invitation"),
    ("notice", "mail_changed"),
    ("notice", "membership_ended"),
    ("notice", "recovery_asked"),
    ("notice", "second_factor_required"),
    ("notice", "sign_in_attack"),
    ("notice", "sign_in_new"),
    ("notice", "sign_in_unfinished"),
    ("notice", "vouching_asked"),
    ("notice", "worker_back"),
    ("notice", "worker_falling"),
    ("notice", "worker_silent"),
    ("notice", "worker_still"),
    ("notice", "vouching_ended"),
}


def test_the_uses_are_four():
    assert [use.value for use in Use] == ["sign_in", "reset", "reply", "notice"]


def test_the_list_of_mails_is_closed():
    assert set(MAILS) - {FOR_ALL, NEWS_OF_THE_PRODUCT} == ESSENTIAL


def test_every_mail_is_written_in_both_forms():
    assert sorted([*ESSENTIAL, FOR_ALL, NEWS_OF_THE_PRODUCT] * 2) == MAILS


@pytest.mark.parametrize("folder", sorted(set(FOLDERS)), ids=sources.short)
def test_every_folder_of_mails_is_a_use(folder):
    assert folder.name in {*Use, "more"}


def test_no_mail_stands_outside_a_use():
    outside = [path for path in sources.files(".txt", ".mjml", trees=("src",)) if path.parent.name == "mail"]
    assert [path.name for path in outside] == ["_layout.mjml"]


def test_what_cannot_be_switched_off_says_why():
    essential = {each.name for each in categories.CATEGORIES.values() if each.is_essential}
    assert essential == {"sign_in", "reset", "security", "account", "installation"}
    optional = ["screens", "data", "alerts", "people", "programs", "audit", "product_update"]
    assert [each.name for each in categories.optional()] == optional
