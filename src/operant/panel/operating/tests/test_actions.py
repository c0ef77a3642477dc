"""What the operator does: jobs, errors, the notice. Each is an event of the operator's organization."""

import pytest
from django.test import Client

from operant.panel.operating import actions, events
from operant.panel.operating.queries import notices
from operant.platform.observing import errors
from operant.platform.observing.models import Failure
from operant.platform.queue import looking
from operant.platform.refusals import Gone, Invalid


def a_job(status: str = "failed") -> int:
    return looking.ProcrastinateJob.objects.create(
        queue_name="default", task_name="made.up", priority=0, args={"ids": ["1"]}, status=status, attempts=5,
        abort_requested=False,
    ).pk  # fmt: skip


def statuses() -> dict[int, str]:
    return dict(looking.ProcrastinateJob.objects.filter(task_name="made.up").values_list("pk", "status"))


def test_a_failed_job_is_queued_once_more(cast, announced):
    failed, other = a_job(), a_job()
    actions.retry(number=failed, by=cast.ada)
    assert statuses() == {failed: "todo", other: "failed"}
    with pytest.raises(Gone):
        actions.retry(number=failed, by=cast.ada)
    assert announced == [events.JobRetried(job="made.up", number=failed)]


def test_a_failed_job_is_thrown_away(cast, announced):
    failed, other = a_job(), a_job()
    actions.dismiss(number=failed, by=cast.ada)
    assert statuses() == {other: "failed"}
    with pytest.raises(Gone):
        actions.dismiss(number=failed, by=cast.ada)
    assert announced == [events.JobDismissed(job="made.up", number=failed)]


@pytest.mark.parametrize("status", ["todo", "doing", "succeeded"])
@pytest.mark.parametrize("verb", [actions.retry, actions.dismiss])
def test_a_job_that_did_not_fail_is_left_alone(cast, announced, verb, status):
    number = a_job(status)
    with pytest.raises(Gone):
        verb(number=number, by=cast.ada)
    assert (statuses(), announced) == ({number: status}, [])


def test_a_notice_takes_the_place_of_the_one_before(cast, announced):
    actions.publish(words="Back at  noon.", by=cast.ada)
    actions.publish(words="Back at one.", by=cast.ada)
    assert [each.words for each in notices.standing()] == ["Back at one."]
    actions.withdraw(by=cast.ada)
    assert not notices.standing().exists()
    with pytest.raises(Gone):
        actions.withdraw(by=cast.ada)
    assert announced == [
        events.NoticePublished(words="Back at noon."), events.NoticePublished(words="Back at one."),
        events.NoticeWithdrawn(words="Back at one."),
    ]  # fmt: skip


def test_a_notice_says_something(cast, announced):
    with pytest.raises(Invalid):
        actions.publish(words=" \n ", by=cast.ada)
    assert announced == []


def test_an_error_is_marked_as_solved_once(cast, announced):
    failure = Failure.objects.create(fingerprint="a", kind="KeyError", release="0", count=1)
    for _ in range(2):
        actions.solve(failure_id=failure.pk, by=cast.ada)
    assert not errors.latest().exists()
    assert announced == [events.FailureSolved(kind="KeyError")]


def test_everybody_who_is_signed_in_reads_the_notice(cast, operator, signed_in):
    answer = operator.post("/operator/switches", {"words": "Down at six <b>today</b>."})
    assert answer.headers["Location"] == "/operator/switches"
    shown = "Down at six &lt;b&gt;today&lt;/b&gt;."
    pages = [(signed_in(cast.mallory), "/o/meadow/"), (signed_in(cast.ben), "/me/"), (operator, "/operator/")]
    assert [shown in client.get(page).content.decode() for client, page in pages] == [True, True, True]
    assert shown not in Client().get("/accounts/login/").content.decode()
    assert operator.post("/operator/switches/notice/withdrawal").status_code == 302
    assert shown not in signed_in(cast.ben).get("/me/").content.decode()


def test_buttons_of_the_page_do_what_they_say(operator):
    first, second = a_job(), a_job()
    page = operator.get("/operator/jobs").content.decode()
    for address in (f"/operator/jobs/{first}/retry", f"/operator/jobs/{second}/dismissal"):
        assert f'action="{address}"' in page
        assert operator.get(address).status_code == 405
        assert operator.post(address).headers["Location"] == "/operator/jobs"
        assert operator.post(address).status_code == 410
    assert statuses() == {first: "todo"}


def test_an_empty_notice_is_refused_in_place(operator):
    assert operator.post("/operator/switches", {"words": ""}).status_code == 422

