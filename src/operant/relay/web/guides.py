"""How a device is set up as a screen: the guides that come with Operant, with the address of this house in them."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import requires
from operant.platform.refusals import NotFound

from .. import prose, rules

FOLDER = Path(__file__).resolve().parent.parent / "guides"
# In the order in which people are offered them: what a device is called, and what its way is.
GUIDES = {
    "raspberry-pi": ("Raspberry Pi", "One script opens the page whenever the Pi starts."),
    "webos": ("LG (webOS)", "Its browser, or a hosted web app of your own."),
    "tizen": ("Samsung (Tizen)", "URL Launcher on signage models, the browser on others."),
    "android-tv": ("Android TV", "A kiosk browser with /tv as its start address."),
    "chrome-os": ("Chrome OS", "A kiosk app by its address, or installed as an app."),
}
SCRIPTS = {"raspberry-pi": "player/kiosk.sh"}
EXAMPLE = "operant.example.com"


@require_safe
@requires(rules.see_screens)
def guide(request: HttpRequest, guide: str) -> HttpResponse:
    if guide not in GUIDES:
        raise NotFound("There is no such guide.")
    slug = request.organization.slug
    text = _here((FOLDER / f"{guide}.md").read_text(encoding="utf-8"))
    others = [(each, name) for each, (name, _) in GUIDES.items() if each != guide]
    words = prose.rendered(text, lambda target: _leading(slug, target))
    context = {"title": prose.title(text), "words": words, "script": SCRIPTS.get(guide), "others": others}
    return render(request, "relay/guide.html", context)


def _here(text: str) -> str:
    """The address of this house in place of the one that the guides are written with."""
    address = settings.PUBLIC_URL
    return text.replace(f"https://{EXAMPLE}", address).replace(EXAMPLE, urlsplit(address).netloc)


def _leading(slug: str, target: str) -> str:
    return reverse("screen_guide", args=[slug, target.removesuffix(".md")]) if target.endswith(".md") else target
