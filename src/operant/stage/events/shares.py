"""Share links."""

from operant.platform.events import Event, Personal, Told

_SHARES = ("dashboard:{dashboard_id}",)


class ShareCreated(
    Event, name="stage.share.created",
    told=Told(
        audit="{created_by} made the share link {name}, which shows {dashboard} to whoever has it", live=_SHARES, public=True
    ),
):
    """
    A share link was made: whoever has its address sees what is published of the dashboard.

    `expires_at` is empty where it does not end. `origins` are those of pages that may embed it, apart by spaces; `values`
    what the dashboard's variables are set to, and `open_variables` those that its address may set.
    """

    share_id: str
    name: str
    dashboard_id: str
    dashboard: str
    has_password: bool
    expires_at: str
    origins: str
    values: str = ""
    open_variables: str = ""
    created_by: Personal


class ShareChanged(
    Event, name="stage.share.changed",
    told=Told(audit="{changed_by} changed the share link {name} of {dashboard}: {what}", live=_SHARES, public=True),
):
    """
    A share link was changed; its address is the same. `what` names what is different, the rest is how it is now.

    `expires_at` is empty where it does not end.
    """

    share_id: str
    name: str
    dashboard_id: str
    dashboard: str
    what: str
    has_password: bool
    expires_at: str
    origins: str
    values: str
    open_variables: str
    changed_by: Personal


class ShareRevoked(
    Event, name="stage.share.revoked",
    told=Told(
        audit="{revoked_by} revoked the share link {name} of {dashboard}, opened {openings} times", live=_SHARES, public=True
    ),
):
    """A share link was revoked: its address shows nothing from then on, also where it is open."""

    share_id: str
    name: str
    dashboard_id: str
    dashboard: str
    openings: int
    revoked_by: Personal
