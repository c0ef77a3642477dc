from django.urls import path

from operant.platform.tenancy import ids

from . import failures, operator, people, security, views, vouching

ids.register("member", "mem")
ids.register("invitation", "ivt")
ids.register("vouching", "vch")

urlpatterns = [
    path("", views.start, name="start"),
    path("organizations/new", views.found, name="found_organization"),
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("operator/outbox", operator.outbox, name="outbox"),
    path("operator/outbox/<uuid:message>", operator.outbox_mail, name="outbox_mail"),
    path("operator/errors", failures.failures, name="failures"),
    path("operator/errors/<uuid:failure>", failures.failure, name="failure"),
    path("operator/errors/<uuid:failure>/solution", failures.solution, name="solve_failure"),
]
inside = [
    path("", views.home, name="home"),
    path("people/", people.people, name="people"),
    path("people/invitations", people.invitations, name="invitations"),
    path("people/invitations/<invitation:invitation_id>/revocation", people.revocation, name="revocation"),
    path("people/vouchings/<vouching:vouching_id>/confirmation", vouching.confirmation, name="vouching"),
    path("people/<member:member_id>/role", people.role, name="role"),
    path("people/<member:member_id>/removal", people.removal, name="removal"),
    path("settings/security/", security.security, name="organization_security"),
    path("settings/security/requirement", security.requirement, name="factor_requirement"),
    path("settings/security/release", security.release, name="factor_release"),
    path("settings/", views.settings_page, name="organization_settings"),
]
