"""The device protocol over Django: pairing, credentials, polls. Heartbeats, streams and what is shown are in `hot`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from operant.panel.accounts.adapter import client_ip
from operant.platform import tenancy
from operant.platform.events import Actor, acting
from operant.platform.refusals import Gone, Invalid, NotFound
from operant.platform.tenancy.ids import parse_public_id, public_id
from operant.platform.ui import qr

from .. import devices as agents
from .. import tokens
from ..actions import credentials, hearing, pairing, picturing, takeovers, telling
from ..models import PAIRING_FOR
from ..models.screenshots import MOST_BYTES
from ..queries import devices
from ..refusals import Unpaired
from ..wire import AcknowledgementBody, GoodbyeBody, HelloBody, PairingBody, RefreshBody
from .answers import access_of, body_of, bytes_of, device


@device("POST")
def hello(request: HttpRequest) -> HttpResponse:
    body = body_of(request, HelloBody)
    agent = agents.read(request.headers.get("User-Agent", ""))
    found, secret, code = pairing.hello(body=body, device=agent, address=client_ip(request))
    url = f"{settings.PUBLIC_URL}/pair?code={code}"
    drawing = qr.draw(url)
    return JsonResponse(
        {
            "device": public_id("dev", found.pk),
            "secret": secret,
            "code": code,
            "url": url,
            "expires_in": int(PAIRING_FOR.total_seconds()),
            "qr": drawing.path,
            "qr_size": drawing.size,
        }
    )


@device("POST")
def paired(request: HttpRequest) -> HttpResponse:
    body = body_of(request, PairingBody)
    try:
        found = devices.waiting(parse_public_id("dev", body.device), body.secret)
    except ValueError:
        found = None
    if found is None:
        raise Gone("This code ran out or was used. Ask for a new one.")
    if found.organization_id is None:
        return HttpResponse(status=204)
    with tenancy.organization_scope(found.organization_id):
        credential = credentials.exchange(pairing=found)
    if credential is None:
        raise Gone("This code ran out or was used. Ask for a new one.")
    screen = credential.screen
    return JsonResponse({"screen": screen.public_id, "name": screen.name, **_tokens(credential)})


@device("POST")
def token(request: HttpRequest) -> HttpResponse:
    refresh = body_of(request, RefreshBody).refresh
    parsed = tokens.parse(tokens.REFRESH, refresh)
    if parsed is None:
        raise Unpaired
    with tenancy.organization_scope(parsed.organization_id):
        return JsonResponse(_tokens(credentials.refresh(token=refresh, parsed=parsed)))


def _beside(request: HttpRequest) -> HttpResponse:
    # What these methods ask never comes to Django: `hot` has it. Others do, and are refused.
    raise NotFound("This is answered by the ASGI program only.")


shown, ticket = device("GET")(_beside), device("POST")(_beside)


@device("GET")
def poll(request: HttpRequest) -> HttpResponse:
    access = access_of(request.headers.get("Authorization"))
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access)
        telling.note_poll(screen=screen)
        news = telling.news(screen=screen)
    everything = devices.checksum({"manifest": news.etag, **news.sequences})
    nothing_else = not news.sequences and request.GET.get("etag") == news.etag
    if not news.commands and (nothing_else or _matches(request, everything)):
        return HttpResponse(status=204, headers={"ETag": f'"{everything}"'})
    commands = [{"id": public_id("cmd", each.pk), "kind": each.kind} for each in news.commands]
    told = {"etag": news.etag, "data": news.sequences, "commands": commands}
    return JsonResponse(told, headers={"ETag": f'"{everything}"'})


@device("POST")
def acknowledgement(request: HttpRequest) -> HttpResponse:
    access = access_of(request.headers.get("Authorization"))
    body = body_of(request, AcknowledgementBody)
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access)
        with acting(Actor("screen", screen.pk, screen.name)):
            if body.command.startswith("tko_"):
                takeovers.answer_takeover(screen=screen, takeover=body.command, outcome=body.outcome, reason=body.reason)
            else:
                hearing.acknowledge(screen=screen, command=body.command, outcome=body.outcome, reason=body.reason)
    return HttpResponse(status=204)


@device("POST")
def screenshot(request: HttpRequest) -> HttpResponse:
    access = access_of(request.headers.get("Authorization"))
    content = bytes_of(request, MOST_BYTES)
    command, version = request.GET.get("command"), request.GET.get("version")
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access)
        if not command:
            raise Invalid("Say which command this picture answers: ?command=cmd_…")
        with acting(Actor("screen", screen.pk, screen.name)):
            picturing.keep_screenshot(screen=screen, command=command, version=version, content=content)
    return HttpResponse(status=204)


@device("POST")
def goodbye(request: HttpRequest) -> HttpResponse:
    access = tokens.read_access(body_of(request, GoodbyeBody).access)
    with tenancy.organization_scope(access.organization_id):
        hearing.goodbye(screen=devices.screen(access))
    return HttpResponse(status=204)


def _tokens(credential: credentials.Credential) -> dict[str, object]:
    seconds = int(tokens.ACCESS_FOR.total_seconds())
    return {"access": credential.access, "access_expires_in": seconds, "refresh": credential.refresh}


def _matches(request: HttpRequest, etag: str) -> bool:
    return f'"{etag}"' in request.headers.get("If-None-Match", "")
