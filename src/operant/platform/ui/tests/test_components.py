import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms

from operant.platform import clock
from operant.platform.ui import apps, cells

TEMPLATES = Path(apps.__file__).parent / "templates"


class ScreenForm(forms.Form):
    name = forms.CharField(label="Name", help_text="What people call it.")
    email = forms.EmailField(label="Email", required=False)
    loud = forms.BooleanField(label="Loud", required=False)
    place = forms.ChoiceField(label="Place", choices=[("in", "Inside"), ("out", "Outside")], widget=forms.RadioSelect)


@pytest.fixture
def broken():
    return ScreenForm({"name": "", "email": 'a"@<b>', "place": "in"})


def test_a_field_ties_its_help_and_its_error_to_the_input(draw, broken):
    page = draw('<c-field :field="form.name" />', form=broken)
    assert '<label class="ot-field-label" for="id_name">Name</label>' in page
    assert 'aria-describedby="id_name-help id_name-error"' in page and 'aria-invalid="true"' in page
    assert 'id="id_name-help">What people call it.' in page and "This field is required." in page


def test_a_field_keeps_what_was_typed_escaped(draw, broken):
    assert 'value="a&quot;@&lt;b&gt;"' in draw('<c-field :field="form.email" />', form=broken)


def test_a_field_without_a_form_says_the_same(draw):
    page = draw('<c-field name="note" label="Note" :value="value" help="Short." error="Too long." />', value='"x"')
    assert 'aria-describedby="id_note-help id_note-error"' in page and 'aria-invalid="true"' in page
    assert 'value="&quot;x&quot;"' in page


def test_groups_and_boxes_have_a_name(draw, broken):
    page = draw('<c-field :field="form.place" /><c-field :field="form.loud" />', form=broken)
    assert '<legend class="ot-field-label">Place</legend>' in page
    assert page.count('type="radio"') == 2 and 'class="radio"' in page
    assert re.search(r'<label class="ot-choice"><input type="checkbox"[^>]*class="checkbox"', page)


def test_a_form_sums_up_its_errors_and_links_to_them(draw, broken):
    broken.add_error(None, "Two screens cannot share a code.")
    page = draw('<c-form :form="form" action="/x" submit="Save" />', form=broken)
    assert "3 things to mend" in page and "Two screens cannot share a code." in page
    assert '<a href="#id_name">Name</a>: This field is required.' in page
    assert 'method="post" action="/x"' in page and "csrfmiddlewaretoken" in page


def test_a_form_without_errors_is_quiet(draw):
    assert "to mend" not in draw('<c-form :form="form" submit="Save" />', form=ScreenForm())


def test_components_do_not_read_the_page_around_them(draw):
    page = draw('<c-field name="a" label="A" />', help="leaked", error="leaked", value="leaked")
    assert "leaked" not in page


@pytest.mark.parametrize("value", ['" onfocus=alert(1) x="', '"x" autofocus "', "'><script>", "a\"b'c"])
def test_attributes_from_variables_are_escaped(draw, value):
    page = draw('<c-button :title="value">Go</c-button>', value=value)
    tag = re.search(r"<button([^>]*)>", page).group(1)
    assert re.findall(r" ([a-z-]+)=", re.sub(r'"[^"]*"', '""', tag)) == ["type", "class", "title"]
    assert "<script>" not in page


def test_no_component_writes_its_attributes_with_cottons_own_escaping():
    wrong = [path.name for path in TEMPLATES.rglob("*.html") if re.search(r"\{\{\s*attrs\s*\}\}", path.read_text())]
    assert wrong == []


def test_no_template_needs_more_than_the_content_policy_allows():
    forbidden = re.compile(r'\sstyle="|\son[a-z]+="|hx-on|<script(?![^>]*\bsrc=)|javascript:')
    wrong = [path.name for path in TEMPLATES.rglob("*.html") if forbidden.search(path.read_text())]
    assert wrong == []


def test_a_status_is_icon_word_and_color(draw):
    page = draw('<c-status tone="warning">Behind</c-status>')
    assert "ot-status-warning" in page and "lucide--clock-alert" in page and "Behind" in page
    assert "Behind" in cells.status("warning", "Behind") and "lucide--clock-alert" in cells.status("warning", "x")


def test_a_dangerous_act_asks_and_may_want_the_name(draw):
    page = draw('<c-confirm id="d" title="Delete?" sentence="Gone." action="/d" :phrase="phrase" />', phrase="A.b (c)")
    assert '<dialog class="ot-dialog ot-dialog-small " id="d" role="alertdialog"' in page
    assert r'pattern="A\.b \(c\)"' in page and 'method="post" action="/d"' in page


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(minutes=-10), "in 10 minutes"),
        (timedelta(days=200), "6 May 2026"),
    ],
)
def test_an_instant_is_said_in_words_with_the_exact_time_beside(ago, words):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with clock.frozen(now):
        drawn = cells.time(now - ago)
    assert drawn.endswith(f">{words}</time></ot-time>")
    assert f'datetime="{now - ago:%Y-%m-%dT%H:%M:%SZ}"' in drawn


def test_what_is_not_there_is_a_dash_with_a_name():
    assert cells.plain(None) == cells.NOTHING
