from typing import Any
from zoneinfo import available_timezones

from django import forms

from operant.stage import queries as stage
from operant.stage.models import Dashboard
from operant.stage.variable_forms import refused_settings, said_settings, setting_fields
from operant.stage.variables import Variable

from ..actions.together import Move
from ..glass import LEAST_ZOOM, MOST_DIM, MOST_OVERSCAN, MOST_ZOOM, TURNS, Glass
from ..models import Command, Playlist, Rule, Schedule, Screen, Site
from ..queries import fleet, places, playing

NOTHING = ("", "Nothing yet")


class DashboardField(forms.ChoiceField):
    """A choice among the dashboards of the organization in scope, and its playlists if wanted, or nothing."""

    def __init__(self, *, nothing: tuple[str, str] = NOTHING, **kwargs) -> None:
        super().__init__(label=kwargs.pop("label", "Dashboard"), required=False, **kwargs)
        self.nothing = nothing

    def load(self, *, with_playlists: bool = False) -> "DashboardField":
        dashboards = {each.public_id: each for each in stage.dashboards()}
        playlists = {each.public_id: each for each in playing.playlists()} if with_playlists else {}
        words = [
            (key, each.name if each.published else f"{each.name} (not published yet)")
            for key, each in dashboards.items()
        ]
        lists = [(key, each.name) for key, each in playlists.items()]
        self.known = {**dashboards, **playlists}
        self.choices = [self.nothing, *([("Dashboards", words), ("Playlists", lists)] if lists else words)]
        return self

    def clean(self, value) -> Dashboard | Playlist | None:
        return self.known.get(super().clean(value))


class PlaceForm(forms.Form):
    """Where people find a screen."""

    site = forms.ChoiceField(required=False, help_text="Where it hangs. It goes by the clock of its site.")
    group = forms.ChoiceField(required=False, help_text="Which screens it belongs to, wherever they hang.")
    tags = forms.CharField(max_length=400, required=False, help_text="Separated by commas, like: portrait, behind glass.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {each.public_id: each for each in places.sites()}
        self.groups = {each.public_id: each for each in places.groups()}
        for field, known, none in (("site", self.sites, "No site"), ("group", self.groups, "No group")):
            self.fields[field].choices = [("", none), *((key, each.name) for key, each in known.items())]

    def place(self) -> dict[str, Any]:
        """Return where it is, as the action takes it."""
        said = self.cleaned_data
        site, group = self.sites.get(said["site"]), self.groups.get(said["group"])
        return {"site": site, "group": group, "tags": said["tags"].split(",")}


class PairForm(PlaceForm):
    code = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=80, label="Name", help_text="Where it hangs, for example “Lobby north”.")
    dashboard = DashboardField(help_text="It shows the published version and follows each new one.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dashboard"].load()


class ReplaceForm(forms.Form):
    """The screen whose place a device takes."""

    code = forms.CharField(widget=forms.HiddenInput)
    screen = forms.ChoiceField(
        label="Screen",
        help_text="It keeps its name, what it shows, its settings, rights and history. Its old device is refused at once.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.known = {each.public_id: each for each in fleet.screens()}
        self.fields["screen"].choices = [("", "Choose one"), *((key, each.name) for key, each in self.known.items())]

    def clean_screen(self) -> Screen:
        return self.known[self.cleaned_data["screen"]]


class ShowForm(forms.Form):
    dashboard = DashboardField(
        label="It shows", help_text="A dashboard, or a playlist whose dashboards take turns. It follows each publication."
    )
    schedule = forms.ChoiceField(required=False, help_text="Says when it shows something else, or nothing.")
    time_zone = forms.ChoiceField(label="Time zone", required=False, help_text="Clocks on it, and its schedule, go by it.")
    theme = forms.ChoiceField(choices=Screen.Theme.choices, help_text="Dark is easier on the eyes in most rooms.")

    def __init__(self, *args, zone: str, site: Site | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dashboard"].load(with_playlists=True)
        self.fields["time_zone"].choices = zones(f"As the organization: {zone}")
        if site:
            del self.fields["time_zone"]
        self.schedules = {each.public_id: each for each in playing.schedules()}
        none = "None" if self.schedules else "None yet: make one under Schedules"
        self.fields["schedule"].choices = [("", none), *((key, each.name) for key, each in self.schedules.items())]

    def content(self) -> dict[str, Any]:
        """Return what it shows usually, as the action takes it."""
        return content(self.cleaned_data["dashboard"])

    def clean_schedule(self) -> Schedule | None:
        return self.schedules.get(self.cleaned_data["schedule"])


class GlassForm(forms.Form):
    """How a screen's player lays its picture out."""

    turned = forms.TypedChoiceField(
        label="Turned by", coerce=int, choices=[(each, f"{each}°") for each in TURNS],
        help_text="Clockwise, for a screen that hangs upright or on its head.",
    )  # fmt: skip
    zoom = forms.IntegerField(
        label="Size of letters, in percent", min_value=LEAST_ZOOM, max_value=MOST_ZOOM,
        help_text="100 is read from five meters on a usual screen.",
    )  # fmt: skip
    overscan = forms.IntegerField(
        label="Free at each edge, in percent", min_value=0, max_value=MOST_OVERSCAN,
        help_text="If the television cuts the edges off.",
    )  # fmt: skip
    dim = forms.IntegerField(
        label="Darker at night, in percent", min_value=0, max_value=MOST_DIM, help_text="0 is never. Takeovers stay bright."
    )
    dim_from = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    dim_until = forms.TimeField(label="Until", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("dim") and said.get("dim_from") == said.get("dim_until"):
            self.add_error("dim_until", "Choose another time than the one it begins at.")

    def glass(self) -> Glass:
        """Return the settings that it says."""
        return Glass(**self.cleaned_data)


class VariablesForm(forms.Form):
    """What the variables of a screen's dashboard are set to on this screen."""

    def __init__(self, *args, variables: list[Variable], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.variables = variables
        self.fields |= setting_fields(variables)

    def clean(self) -> None:
        for name, refused in refused_settings(self.variables, self.cleaned_data).items():
            self.add_error(name, refused)

    def said(self) -> dict[str, str]:
        """Return what it sets."""
        return said_settings(self.cleaned_data)


class NameForm(forms.Form):
    name = forms.CharField(max_length=80)


class CommandForm(forms.Form):
    kind = forms.ChoiceField(choices=Command.Kind.choices)


class ActForm(forms.Form):
    """What is done to several screens."""

    act = forms.ChoiceField(choices=[("command", "Ask"), ("show", "Show"), ("place", "Place"), ("mute", "Mute")])


class MuteForm(forms.Form):
    """For how long nobody is notified of screens; people are again when that is no hour."""

    hours = forms.TypedChoiceField(choices=[("8", "8 hours"), ("24", "24 hours"), ("0", "Unmute")], coerce=int)


class TogetherForm(forms.Form):
    """What several screens show."""

    dashboard = DashboardField(label="They show", nothing=("", "Choose one"), help_text="Their schedules stay.")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dashboard"].load(with_playlists=True)
        field.required = True
        field.choices = [*field.choices, ("none", "Nothing")]


class GatherForm(forms.Form):
    """Where several screens are found: what is not chosen stays as it is on each."""

    STAYS = ("", "As it is")
    site = forms.ChoiceField(required=False)
    group = forms.ChoiceField(required=False)
    add = forms.CharField(label="Add tags", max_length=400, required=False, help_text="Separated by commas.")
    take = forms.CharField(label="Take tags away", max_length=400, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {each.public_id: each for each in places.sites()}
        self.groups = {each.public_id: each for each in places.groups()}
        for field, known, none in (("site", self.sites, "No site"), ("group", self.groups, "No group")):
            self.fields[field].choices = [self.STAYS, ("none", none), *((key, each.name) for key, each in known.items())]

    def move(self) -> Move:
        """Return what it says, as the action takes it."""
        said = self.cleaned_data
        return Move(
            moves_site=bool(said["site"]), site=self.sites.get(said["site"]), moves_group=bool(said["group"]),
            group=self.groups.get(said["group"]), add=said["add"].split(","), take=said["take"].split(","),
        )  # fmt: skip


class FilterForm(forms.Form):
    """Under which name a filter of the list of screens is kept."""

    name = forms.CharField(max_length=60, help_text="For you alone. A name that is there already is given to this one.")
    query = forms.CharField(max_length=500, widget=forms.HiddenInput)


def zones(usual: str) -> list[tuple[str, str]]:
    """Return the time zones to choose from; `usual` is what it says where none is chosen."""
    return [("", usual), *((each, each.replace("_", " ")) for each in sorted(available_timezones()))]


def content(chosen: Dashboard | Playlist | None) -> dict[str, Any]:
    """Return what was chosen, as actions take it."""
    return {"playlist" if isinstance(chosen, Playlist) else "dashboard": chosen}


def content_id(found: Screen | Rule) -> str:
    """Return what a screen or a rule shows, as such a field has it."""
    shown = found.playlist or found.dashboard
    return shown.public_id if shown else ""
