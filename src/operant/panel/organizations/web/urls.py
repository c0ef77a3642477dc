from django.urls import path

from operant.platform.tenancy import ids

from . import copy, finding, ownership, people, roles, security, services, settings, views, vouching
from .scoped import signed_in

ids.register("member", "mem")
ids.register("invitation", "ivt")
ids.register("service", "svc")
ids.register("vouching", "vch")

urlpatterns = [
    path("", views.start, name="start"),
    path("organizations/new", views.found, name="found_organization"),
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("find", signed_in(finding.anywhere), name="find_anywhere"),
    path("logos/<str:token>", settings.logo, name="logo"),
]
personal = [path("me/copy", copy.copy, name="personal_copy")]
inside = [
    path("", views.home, name="home"),
    path("find", finding.inside, name="find"),
    path("people/", people.people, name="people"),
    path("people/invitations", people.invitations, name="invitations"),
    path("people/invitations/<invitation:invitation_id>/revocation", people.revocation, name="revocation"),
    path("people/invitations/<invitation:invitation_id>/sendings", people.sending, name="invitation_sending"),
    path("people/vouchings/<vouching:vouching_id>/confirmation", vouching.confirmation, name="vouching"),
    path("people/<member:member_id>/role", people.role, name="role"),
    path("people/<member:member_id>/removal", people.removal, name="removal"),
    path("settings/security/", security.security, name="organization_security"),
    path("settings/security/requirement", security.requirement, name="factor_requirement"),
    path("settings/security/release", security.release, name="factor_release"),
    path("settings/", settings.general, name="organization_settings"),
    path("settings/brand", settings.brand, name="brand"),
    path("settings/logo/removal", settings.logo_removal, name="logo_removal"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/services/", services.services, name="services"),
    path("settings/services/<service:service_id>/role", services.service_role, name="service_role"),
    path("settings/services/<service:service_id>/end", services.service_end, name="service_end"),
    path("settings/ownership", ownership.ownership, name="ownership"),
]
