from django.urls import path

from operant.platform.tenancy import ids

from . import finding, people, security, views
from .scoped import signed_in

ids.register("member", "mem")
ids.register("invitation", "ivt")

urlpatterns = [
    path("", views.start, name="start"),
    path("organizations/new", views.found, name="found_organization"),
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("find", signed_in(finding.anywhere), name="find_anywhere"),
]
inside = [
    path("", views.home, name="home"),
    path("find", finding.inside, name="find"),
    path("people/", people.people, name="people"),
    path("people/invitations", people.invitations, name="invitations"),
    path("people/invitations/<invitation:invitation_id>/revocation", people.revocation, name="revocation"),
    path("people/<member:member_id>/role", people.role, name="role"),
    path("people/<member:member_id>/removal", people.removal, name="removal"),
    path("settings/security/", security.security, name="organization_security"),
    path("settings/security/requirement", security.requirement, name="factor_requirement"),
    path("settings/security/release", security.release, name="factor_release"),
    path("settings/", views.settings_page, name="organization_settings"),
]
