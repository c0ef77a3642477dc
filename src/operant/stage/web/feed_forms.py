from collections.abc import Callable
from typing import Any

from django import forms

from operant.platform.refusals import Refusal

from ..feeds import CSV, JSON, PROMETHEUS, Feed
from ..feeds.feed import EXAMPLE_MEASURE, MOST_PAGES, checked, checked_expression, checked_header, checked_measures
from ..models import Connection
from ..naming import LONGEST

OFTEN = [
    (60, "Every minute"), (300, "Every 5 minutes"), (900, "Every 15 minutes"), (3600, "Every hour"), (86400, "Once a day"),
]  # fmt: skip

SPANS = [
    (0, "Now only"), (3600, "An hour ago"), (6 * 3600, "6 hours ago"), (24 * 3600, "Yesterday"), (7 * 86400, "A week ago"),
    (30 * 86400, "A month ago"),
]  # fmt: skip


class FeedForm(forms.Form):
    """An address whose answer becomes a table. The header's value goes in and never comes out."""

    format = ""
    fields_template = "stage/_feed_fields.html"
    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people call it, for example “Open tickets”.")
    address = forms.CharField(
        label="Address", max_length=2_000, widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"})
    )
    fresh_seconds = forms.TypedChoiceField(
        label="Read it anew", choices=OFTEN, coerce=int, initial=300,
        help_text="Only while somebody watches. However many do, it is asked once.",
    )  # fmt: skip
    header = forms.CharField(
        label="Header", max_length=100, required=False, help_text="For example Authorization or X-API-Key.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label="Its value", max_length=4_000, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-unmeasured": ""}),
        help_text="For example “Bearer …”. Kept sealed. Nobody can read it here again.",
    )  # fmt: skip

    def __init__(self, *args: Any, named: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = named
        if not named:
            del self.fields["name"]
            self.fields["password"].help_text = "Empty keeps the one that is there."

    @classmethod
    def initial_of(cls, connection: Connection) -> dict[str, object]:
        """Return what the form shows of a connection: everything but the header's value."""
        return {"address": connection.address, **connection.settings}

    def clean_address(self) -> str:
        return self._checked("address", checked)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        header, password = found.get("header", ""), found.get("password", "")
        try:
            # Where it is changed, an empty value keeps the one that is there.
            found["header"], found["password"] = checked_header(header, password)
            if header and not password and self.is_new:
                self.add_error("password", "Enter what the header says.")
        except Refusal as wrong:
            self.add_error("header", wrong.sentence)
        return found

    def chosen(self, key: str) -> Feed:
        """Return the address that the form describes; its password is empty when none was typed."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "name"}
        return Feed(key=key, format=self.format, **found)

    def _checked(self, name: str, check: Callable[[str], Any]) -> Any:
        try:
            return check(self.cleaned_data[name])
        except Refusal as wrong:
            raise forms.ValidationError(wrong.sentence) from None


class CsvForm(FeedForm):
    format = CSV

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = (
            "Of a CSV file, or of a Google sheet as it stands in your browser: share it with everybody who has the link, "
            "or publish it to the web."
        )


class PrometheusForm(FeedForm):
    format = PROMETHEUS
    measures = forms.CharField(
        label="Measures", max_length=20_000, widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "font-mono"}),
        help_text=f"One a line, a name and its PromQL: {EXAMPLE_MEASURE}",
    )  # fmt: skip
    span_seconds = forms.TypedChoiceField(label="Since", choices=SPANS, coerce=int, initial=3600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = "Where Prometheus stands, like https://prometheus.example.com."

    @classmethod
    def initial_of(cls, connection: Connection) -> dict[str, object]:
        lines = "\n".join(f"{name}: {expression}" for name, expression in connection.settings["measures"])
        return {**super().initial_of(connection), "measures": lines}

    def clean_measures(self) -> list[list[str]]:
        return self._checked("measures", checked_measures)


class JsonForm(FeedForm):
    format = JSON
    rows = forms.CharField(
        label="Where the rows are", max_length=500, required=False,
        help_text="A JMESPath expression, like data.orders or items[?open]. Empty: the list that is there, or the whole.",
    )  # fmt: skip
    paging = forms.ChoiceField(
        label="Pages", initial="none", required=False, widget=forms.RadioSelect,
        choices=[
            ("none", "One answer has all rows"), ("link", "Each answer has the address of the next one"),
            ("number", "Pages are numbered"),
        ],
    )  # fmt: skip
    following = forms.CharField(
        label="Where the next address is", max_length=500, required=False, help_text="A JMESPath expression, like links.next."
    )
    parameter = forms.CharField(
        label="Parameter with the number", max_length=100, required=False, initial="page",
        help_text="Asked until a page is empty: …?page=1, …?page=2.",
    )  # fmt: skip
    first = forms.IntegerField(label="First number", min_value=0, max_value=1_000_000, required=False, initial=1)
    most_pages = forms.IntegerField(label="At most", min_value=1, max_value=MOST_PAGES, required=False, initial=20,
                                    help_text="Pages. What is beyond is left out, and you are told.")  # fmt: skip

    def clean_rows(self) -> str:
        return self._checked("rows", checked_expression)

    def clean_following(self) -> str:
        return self._checked("following", checked_expression)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for name, usual in (("paging", "none"), ("parameter", "page"), ("first", 1), ("most_pages", 20)):
            if found.get(name) in ("", None):
                found[name] = usual
        if found["paging"] == "link" and not found.get("following"):
            self.add_error("following", "Say where the next page's address is, or choose another way.")
        return found
