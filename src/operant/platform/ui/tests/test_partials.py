from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpResponse, HttpResponseRedirect

from operant.platform.ui import middleware, toasts


class InMemory(BaseStorage):
    def _get(self, *arguments, **options):
        return [], True

    def _store(self, messages, response, *arguments, **options):
        return []


def request_with(ask, **headers):
    request = ask(**headers)
    request._messages = InMemory(request)
    return request


def test_a_redirect_moves_the_whole_page(ask):
    def view(request):
        return HttpResponseRedirect("/o/harbour/screens/")

    answer = middleware.Partials(view)(ask(**{"HX-Request": "true"}))
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (200, "/o/harbour/screens/", b"")
    assert middleware.Partials(view)(ask()).status_code == 302
    unasked = middleware.Partials(view)(ask(**{"HX-Request": "true", "Unasked": "true"}))
    assert (unasked.status_code, unasked.headers.get("HX-Redirect"), unasked.content) == (204, None, b"")


def test_messages_travel_with_the_partial(ask):
    def view(request):
        toasts.done(request, "Renamed <now>.", undo="/undo")
        return HttpResponse("<p>rows</p>")

    page = middleware.Partials(view)(request_with(ask, **{"HX-Request": "true"})).content.decode()
    assert page.startswith("<p>rows</p><hx-partial") and 'hx-target="#toasts"' in page
    assert "Renamed &lt;now&gt;." in page and 'action="/undo"' in page


def test_messages_wait_for_the_page_that_shows_them(ask):
    def view(request):
        messages.error(request, "Later.")
        return HttpResponseRedirect("/next")

    request = request_with(ask, **{"HX-Request": "true"})
    assert middleware.Partials(view)(request).content == b""
    assert [str(message) for message in messages.get_messages(request)] == ["Later."]
