from collections.abc import Callable

from django import forms

from .. import checking, mysql, postgres
from ..calls import Database
from ..models import Connection
from ..naming import LONGEST


class DatabaseForm(forms.Form):
    """How a database is reached. The password goes in and never comes out."""

    kind: type[Database]
    fields_template = "stage/_connection_fields.html"
    name = forms.CharField(label="Name", max_length=LONGEST, help_text="What people call it, for example “Shop”.")
    host = forms.CharField(label="Host", max_length=253, help_text="A name like db.example.com, or an address.")
    port = forms.IntegerField(label="Port", min_value=1, max_value=65535)
    database = forms.CharField(label="Database", max_length=64)
    user = forms.CharField(
        label="User", max_length=80, help_text="Best one that can only read; the test tells, and shows how to make one."
    )
    password = forms.CharField(
        label="Password", max_length=1000, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-unmeasured": ""}),
        help_text="Kept sealed. Nobody can read it here again.",
    )  # fmt: skip
    tls = forms.ChoiceField(
        label="Encryption", initial="verify", widget=forms.RadioSelect,
        choices=[
            ("verify", "Encrypted, and the certificate is verified"),
            ("require", "Encrypted, whoever answers"),
            ("off", "Off, for a network that is your own"),
        ],
    )  # fmt: skip
    authority = forms.CharField(
        label="Certificate of the authority", max_length=50_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Only where the database's certificate is signed by your own or your provider's authority.",
    )  # fmt: skip

    def __init__(self, *args, named: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["port"].initial = self.kind.usual_port
        if not named:
            del self.fields["name"]
            self.fields["password"].help_text = "Empty keeps the one that is there."

    @classmethod
    def initial_of(cls, connection: Connection) -> dict[str, object]:
        """Return what the form shows of a connection: everything but the password."""
        return {
            "host": connection.host, "port": connection.port, "database": connection.database,
            "user": connection.username, "tls": connection.tls, "authority": connection.authority,
            "schema": connection.schema,
        }  # fmt: skip

    def clean_host(self) -> str:
        return self._checked("host", checking.host)

    def clean_authority(self) -> str:
        return self._checked("authority", checking.authority)

    def _checked(self, name: str, check: Callable[[str], str]) -> str:
        try:
            return check(self.cleaned_data[name])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def chosen(self, key: str) -> Database:
        """Return the database that the form describes; its password is empty when none was typed."""
        found = self.cleaned_data
        return self.kind(
            key=key, host=found["host"], port=found["port"], name=found["database"], user=found["user"],
            password=found["password"], tls=found["tls"], authority=found["authority"], schema=found.get("schema", ""),
        )  # fmt: skip


class PostgresForm(DatabaseForm):
    kind = postgres.Database
    schema = forms.CharField(
        label="Schema", max_length=63, required=False, help_text="Where queries look first. Empty: as the database says."
    )


class MysqlForm(DatabaseForm):
    kind = mysql.Database
