from django.urls import path

from operant.platform.tenancy import ids

from . import device

ids.register("screen", "scr")

urlpatterns = [
    path("relay/hello", device.hello, name="relay_hello"),
    path("relay/pairing", device.paired, name="relay_pairing"),
    path("relay/token", device.token, name="relay_token"),
    path("relay/manifest", device.manifest, name="relay_manifest"),
    path("relay/data", device.data, name="relay_data"),
    path("relay/ticket", device.ticket, name="relay_ticket"),
    path("relay/poll", device.poll, name="relay_poll"),
    path("relay/acknowledgement", device.acknowledgement, name="relay_acknowledgement"),
    path("relay/goodbye", device.goodbye, name="relay_goodbye"),
]
inside = []
