import pytest

from operant.platform.afterwards import afterwards, do, gathering


def test_where_no_request_is_answered_it_is_done_at_once():
    done = []
    afterwards(lambda: done.append("it"))
    assert done == ["it"]


def test_what_was_gathered_is_done_later_in_its_order():
    done = []
    with gathering() as works:
        for each in ("one", "two"):
            afterwards(lambda each=each: done.append(each))
        assert done == []
    do(works)
    assert done == ["one", "two"]


def test_what_is_left_by_something_left_is_done_with_it():
    done = []
    with gathering() as works:
        afterwards(lambda: afterwards(lambda: done.append("inner")))
        do(works)
        assert done == ["inner"]


def test_a_fault_hinders_nothing_else_and_is_told(caplog):
    done = []

    def fail():
        raise ZeroDivisionError

    with gathering() as works:
        afterwards(fail)
        afterwards(lambda: done.append("it"))
    do(works)
    assert (done, [each.message for each in caplog.records]) == (["it"], ["What was left for after an answer was not done."])


def test_where_no_request_is_answered_a_fault_is_its_callers():
    with pytest.raises(ZeroDivisionError):
        afterwards(lambda: 1 / 0)
