from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# As the specification of Global Privacy Control has it: that the signal is heeded, and since when.
HEEDED = {"gpc": True, "lastUpdate": "2026-11-22"}


@require_safe
@cache_control(public=True, max_age=86400)
def privacy_control(request: HttpRequest) -> JsonResponse:
    return JsonResponse(HEEDED)
