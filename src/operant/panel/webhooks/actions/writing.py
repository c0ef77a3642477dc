from django.conf import settings
from django.urls import reverse

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Role
from operant.platform import messaging
from operant.platform.tenancy.ids import parse_public_id

from .. import events


def tell_disabled(*, event: events.EndpointDisabled) -> None:
    """This function will write to the owners and admins that an endpoint is told of nothing any more, and why."""
    organization = organizations.organization()
    address = reverse("webhook", args=[organization.slug, parse_public_id("whe", event.endpoint_id)])
    context = {
        "host": event.host, "because": event.because, "organization": organization.name,
        "link": settings.PUBLIC_URL + address,
    }  # fmt: skip
    for to in organizations.addresses_of(Role.ADMIN):
        messaging.send_mail(to=to, template="webhook_disabled", category="notice", context=context)
