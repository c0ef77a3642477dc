from django.urls import path

from operant.platform.tenancy import ids

from . import exports, views

ids.register("entry", "aud")

inside = [
    path("settings/audit/", views.log, name="audit"),
    path("settings/audit/checks", views.checks, name="audit_checks"),
    path("settings/audit/exports", exports.exports, name="audit_exports"),
    path("settings/audit/verify.py", exports.program, name="audit_program"),
    path("settings/audit/<entry:entry_id>/", views.entry, name="audit_entry"),
]
