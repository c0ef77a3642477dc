from django.urls import path

from operant.platform.tenancy import ids

from . import inbox, privacy, unsubscribe, wishes

ids.register("notification", "ntf")

_ONE = "inbox/<notification:notification_id>/"
inside = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/bell", inbox.bell, name="inbox_bell"),
    path("inbox/reading", inbox.reading_all, name="inbox_reading"),
    path(_ONE + "opening", inbox.opening, name="notification_opening"),
    path(_ONE + "reading", inbox.reading, name="notification_reading"),
    path(_ONE + "archiving", inbox.archiving, name="notification_archiving"),
]
personal = [
    path("me/notifications", wishes.wishes, name="notification_wishes"),
    path("me/notifications/rhythm", wishes.rhythm, name="notification_rhythm"),
]
urlpatterns = [
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    path(".well-known/gpc.json", privacy.privacy_control, name="privacy_control"),
]
