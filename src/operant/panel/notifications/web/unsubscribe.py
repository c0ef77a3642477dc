from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from operant.platform.messaging import categories

from .. import queries
from ..actions import wishing
from ..models import Channel

ONE_CLICK = "List-Unsubscribe", "One-Click"


# The link is the right, as RFC 8058 has it: whoever presses the button of a mail program has no session here.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    person, category = queries.ending(token)
    if request.method == "POST":
        wants_back = request.POST.get("mails") == "on"
        (wishing.resume_mail if wants_back else wishing.stop_mail)(person=person, category=category)
    if request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return HttpResponse("These mails have ended.\n", content_type="text/plain; charset=utf-8")
    context = {
        "category": categories.named(category), "is_everything": category == categories.SUMMARY,
        "is_on": queries.own_wishes(person).wants(category, Channel.MAIL),
    }  # fmt: skip
    return render(request, "notifications/unsubscribe.html", context)
