from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.platform.files import downloads
from operant.platform.messaging.branding import Brand
from operant.platform.refusals import Invalid

from .. import actions, queries, rules
from .. import brand as colors
from .forms import BrandForm, SettingsForm

GENERAL = ("name", "time_zone", "locale", "currency", "postal_address")


@require_http_methods(["GET", "HEAD", "POST"])
@rules.requires(rules.change_settings)
def general(request: HttpRequest) -> HttpResponse:
    organization = request.organization
    form = SettingsForm(request.POST or None, initial={name: getattr(organization, name) for name in GENERAL})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_settings(organization=queries.organization(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "The settings are saved.")
            return redirect("organization_settings", organization.slug)
    return _page(request, form, BrandForm(initial=_look(request)))


@require_POST
@rules.requires(rules.change_settings)
def brand(request: HttpRequest) -> HttpResponse:
    form = BrandForm(request.POST, request.FILES)
    if form.is_valid() and _is_put(form):
        messages.success(request, "Pages, mails and screens look like this from now on.")
        return redirect("organization_settings", request.organization.slug)
    initial = {name: getattr(request.organization, name) for name in GENERAL}
    return _page(request, SettingsForm(initial=initial), form)


@require_POST
@rules.requires(rules.change_settings)
def logo_removal(request: HttpRequest) -> HttpResponse:
    actions.remove_logo(organization=queries.organization())
    messages.success(request, "The logo is removed.")
    return redirect("organization_settings", request.organization.slug)


@require_safe
def logo(request: HttpRequest, token: str) -> HttpResponse:
    file = queries.logo(token)
    with file.open() as content:
        answer = HttpResponse(content.read(), content_type=f"image/{file.kind}")
    # Shown in mails, by programs that fetch it from elsewhere. Another logo has another address.
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = downloads.INERT
    answer["Content-Disposition"] = f'inline; filename="logo.{file.kind}"'
    return answer


def _is_put(form: BrandForm) -> bool:
    organization, logo = queries.organization(), form.cleaned_data["logo"]
    try:
        if logo:
            actions.put_logo(organization=organization, upload=logo, file_name=logo.name)
    except Invalid as refusal:
        form.add_error("logo", refusal.sentence)
        return False
    actions.change_settings(organization=organization, color=form.cleaned_data["color"].lower())
    return True


def _look(request: HttpRequest) -> dict[str, str]:
    return {"color": request.organization.color or Brand.color}


def _page(request: HttpRequest, form: SettingsForm, brand_form: BrandForm) -> HttpResponse:
    look = queries.look()
    contrast = f"{colors.contrast(look.color, look.ink):.1f}"
    context = {"form": form, "brand_form": brand_form, "look": look, "contrast": contrast}
    status = 422 if form.errors or brand_form.errors else 200
    return render(request, "organizations/settings.html", context, status=status)
