"""Openings of share links: each is counted, and many are one write."""

import threading
from uuid import uuid4

import pytest

from operant.platform import afterwards
from operant.stage.sharing.openings import Openings

LINK = uuid4()


def test_openings_that_come_while_one_is_written_are_one_write():
    openings, written = Openings(), []
    begun, go_on = threading.Event(), threading.Event()

    def write(count):
        written.append(count)
        begun.set()
        assert go_on.wait(10)

    first = threading.Thread(target=openings.count, args=(LINK, write))
    first.start()
    assert begun.wait(10)
    for _ in range(40):
        # None of them waits for the write.
        openings.count(LINK, write)
    go_on.set()
    first.join(10)
    assert written == [1, 40]


def test_no_opening_is_lost_among_many_at_once():
    openings, written = Openings(), []

    def open_often():
        for _ in range(200):
            openings.count(LINK, written.append)

    opening = [threading.Thread(target=open_often) for _ in range(8)]
    for each in opening:
        each.start()
    for each in opening:
        each.join(30)
    assert sum(written) == 1600


def test_it_is_written_when_the_answer_was_sent():
    openings, written = Openings(), []
    with afterwards.gathering() as works:
        openings.count(LINK, written.append)
        openings.count(LINK, written.append)
        assert written == []
    afterwards.do(works)
    assert written == [2]


def test_what_could_not_be_written_goes_with_the_next_opening():
    openings, written = Openings(), []

    def fail(count):
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        openings.count(LINK, fail)
    openings.count(LINK, written.append)
    assert written == [2]


def test_each_link_has_writes_of_its_own():
    openings, written = Openings(), {}
    for link in (LINK, uuid4()):
        openings.count(link, lambda count, link=link: written.update({link: count}))
    assert list(written.values()) == [1, 1]
