import re

import pytest
from django.contrib.staticfiles import finders

from operant.relay import prose
from operant.relay.web.guides import FOLDER, GUIDES
from operant.testing.cast import signed_in

DEVICES = sorted(GUIDES)


def test_every_guide_is_offered():
    assert sorted(each.stem for each in FOLDER.glob("*.md")) == DEVICES


@pytest.mark.parametrize("device", DEVICES)
def test_a_guide_is_a_page_with_the_address_of_this_house(cast, settings, device):
    settings.PUBLIC_URL = "https://walls.harbour.test:8443"
    page = signed_in(cast.cleo).get(f"/o/harbour/screens/guides/{device}").content.decode()
    words = page.split('class="ot-prose"')[1].split("</section>")[0]
    text = re.sub(r"<code>.*?</code>", "", words, flags=re.DOTALL)
    assert ("operant.example.com" in page, "walls.harbour.test:8443" in page) == (False, True)
    # Nothing of Markdown is left over.
    assert re.findall(r"\*\*|`|^#|^- |\]\(", text, flags=re.MULTILINE) == []
    assert words.count("<li>") >= 3


def test_links_between_guides_lead_there(cast):
    cleo = signed_in(cast.cleo)
    page = cleo.get("/o/harbour/screens/guides/tizen").content.decode().split('class="ot-prose"')[1].split("</section>")[0]
    assert re.findall(r'href="([^"]+)"', page) == ["/o/harbour/screens/guides/raspberry-pi"]
    assert cleo.get("/o/harbour/screens/guides/raspberry-pi").status_code == 200
    assert cleo.get("/o/harbour/screens/guides/nokia").status_code == 404


def test_the_script_is_to_be_had_from_its_guide_alone(cast):
    cleo = signed_in(cast.cleo)
    pages = {each: cleo.get(f"/o/harbour/screens/guides/{each}").content.decode() for each in DEVICES}
    assert [each for each, page in pages.items() if 'download="kiosk.sh"' in page] == ["raspberry-pi"]
    assert finders.find("player/kiosk.sh")


def test_the_page_that_asks_for_a_code_leads_to_all(cast):
    page = signed_in(cast.ann).get("/o/harbour/screens/pair").content.decode()
    assert re.findall(r'href="/o/harbour/screens/guides/([\w-]+)"', page) == list(GUIDES)


def test_signs_become_markup_and_markup_becomes_words():
    text = """# Title

First *line*
second **line** with `<b>` & more.

## Next
- One [two](three.md) on
  and on
- Three
1. Four
2. Five

```sh
a  <b>
# c
```
"""
    assert (prose.title(text), prose.rendered(text, str.upper)) == ("Title", (
        "<p>First <em>line</em> second <strong>line</strong> with <code>&lt;b&gt;</code> &amp; more.</p><h2>Next</h2>"
        '<ul><li>One <a class="ot-link" href="THREE.MD">two</a> on and on</li><li>Three</li></ul>'
        "<ol><li>Four</li><li>Five</li></ol>"
        '<pre class="ot-sql" tabindex="0" aria-label="Lines to copy"><code>a  &lt;b&gt;\n# c</code></pre>'
    ))  # fmt: skip
