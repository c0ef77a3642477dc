from django.urls import path

from . import failures, jobs, organizations, outbox, overview, switches, updates, usage, versions

urlpatterns = [
    path("", overview.overview, name="operating"),
    path("organizations", organizations.everyone, name="operating_organizations"),
    path("usage", usage.features, name="operating_usage"),
    path("retention", usage.retained, name="operating_retention"),
    path("jobs", jobs.jobs, name="operating_jobs"),
    path("jobs/chores", jobs.chores, name="operating_chores"),
    path("jobs/<int:number>/retry", jobs.retry, name="operating_retry"),
    path("jobs/<int:number>/dismissal", jobs.dismissal, name="operating_dismissal"),
    path("versions", versions.versions, name="operating_versions"),
    path("switches", switches.switches, name="operating_switches"),
    path("switches/notice/withdrawal", switches.withdrawal, name="operating_withdrawal"),
    path("updates", updates.updates, name="operating_updates"),
    path("updates/new", updates.new_update, name="operating_new_update"),
    path("updates/sendings", updates.sending, name="operating_send_update"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<uuid:message>", outbox.outbox_mail, name="outbox_mail"),
    path("errors", failures.failures, name="failures"),
    path("errors/<uuid:failure>", failures.failure, name="failure"),
    path("errors/<uuid:failure>/solution", failures.solution, name="solve_failure"),
]
