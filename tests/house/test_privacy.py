"""What the house must neither ask nor tell: nothing protected is asked of people, and no advertiser is ever named."""

import re

from django import forms
from django.apps import apps
from pydantic import BaseModel

from . import sources

# Hosts that sell advertising, or follow people from site to site for those who do.
ADVERTISERS = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:doubleclick\.net|googlesyndication\.com|googleadservices\.com|googletagmanager\.com|"
    r"googletagservices\.com|google-analytics\.com|connect\.facebook\.net|ads-twitter\.com|adnxs\.com|adsrvr\.org|"
    r"criteo\.(?:com|net)|taboola\.com|outbrain\.com|amazon-adsystem\.com|bat\.bing\.com|clarity\.ms|hotjar\.com|"
    r"fullstory\.com|mouseflow\.com|segment\.(?:com|io)|mixpanel\.com|amplitude\.com|quantserve\.com|scorecardresearch\.com|"
    r"rubiconproject\.com|pubmatic\.com|openx\.net|moatads\.com|bluekai\.com|krxd\.net|demdex\.net|omtrdc\.net|"
    r"mathtag\.com|rlcdn\.com|licdn\.com|analytics\.tiktok\.com|mc\.yandex\.ru|sc-static\.net|snap\.licdn\.com|hs-scripts\.com|"
    r"adroll\.com|media\.net|tapad\.com|crwdcntrl\.net|intercom\.io)(?![\w-])",
    re.IGNORECASE,
)
PROTECTED = {
    "age", "birth", "birthdate", "birthday", "disability", "ethnic", "ethnicity", "faith", "gender", "nationality",
    "orientation", "pregnancy", "pregnant", "race", "racial", "religion", "religious", "sex", "sexual", "sexuality",
}  # fmt: skip
NAMED = re.compile(r"""\bname=["']([\w-]+)["']""")
BUILT = "src/operant/platform/ui/static/dist", "src/operant/relay/static/dist"


def test_no_file_that_reaches_people_or_the_network_names_an_advertiser():
    own = sources.files(".py", ".html", ".txt", ".mjml", ".ts", ".svelte", ".mjs", ".toml", trees=("src", "frontend", "deploy"))
    built = [path for folder in BUILT for path in (sources.ROOT / folder).rglob("*") if path.suffix in {".js", ".css", ".html"}]
    assert len(own) > 500
    assert [sources.short(path) for path in (*own, *built) if ADVERTISERS.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_protected_is_asked():
    assert sorted(each for each in asked() if is_protected(each.rsplit(".", 1)[-1])) == []


def asked() -> set[str]:
    columns = {f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()}
    fields = {f"{form.__name__}.{name}" for form in below(forms.BaseForm) for name in getattr(form, "base_fields", ())}
    bodies = {f"{body.__name__}.{name}" for body in below(BaseModel) for name in body.model_fields}
    pages = sources.files(".html", ".svelte", trees=("src", "frontend"))
    controls = {f"{path.name}.{name}" for path in pages for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    found = columns | fields | bodies | controls
    assert {"Person.name", "SignUpForm.organization", "ProfileForm.locale"} <= found
    return found


def below(kind: type) -> set[type]:
    return {each for child in kind.__subclasses__() for each in {child} | below(child)}


def is_protected(name: str) -> bool:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return bool(PROTECTED & set(re.split(r"[_-]", words)))


def test_what_must_not_be_is_found():
    """The control."""
    hosts = ["https://www.Google-Analytics.com/g/collect", '"stats.g.doubleclick.net"']
    assert [each for each in hosts if not ADVERTISERS.search(each)] == []
    assert not ADVERTISERS.search("segment.iot.example.com mysegment.com")
    names = ["gender", "dateOfBirth", "person-religion", "is_pregnant", "page", "message", "storage", "trace"]
    assert [is_protected(each) for each in names] == [True] * 4 + [False] * 4
