"""
Words that attack, said to every page: nothing breaks, nothing is repeated as markup, nobody is sent elsewhere.

The sample of what scanners do at length in tests/proofs/test_scanners.py. Each address is told one kind of words in each
place, and the next address the next kind; `make prove ONLY=whole` tells every address all of them.
"""

import pytest

from operant.testing.sampled import sampled

from .test_routes import INSIDE, PART, filled

WORDS = (
    "'\"><script>alert(1)</script>",
    "1' OR '1'='1'; SELECT pg_sleep(9) --",
    "//evil.example/%0d%0aSet-Cookie:%20a=b",
    "\u202e\x00" + "😀" * 3000,
)
# What pages ask of their address: every list, and whatever a page's form or link carries.
ASKED = ("q", "sort", "page", "format", "state", "role", "kind", "code", "source", "table", "seen", "say", "etag", "next",
         "after", "before", "since", "event", "actor", "feature", "result")  # fmt: skip
READ = [route for route in INSIDE if "GET" in route["methods"]]


@pytest.mark.parametrize("route", READ, ids=lambda route: route["path"])
def test_no_page_believes_what_its_address_says(world, route):
    for first in sampled(range(len(WORDS)), turn=READ.index(route)):
        told = {name: WORDS[(first + place) % len(WORDS)] for place, name in enumerate(ASKED)}
        with world.undone():
            answer = world.clients["ada"].get(filled(world, route, "harbour"), told)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        sent_to = answer.headers.get("Location", "")
        assert (answer.status_code < 500, b"<script>alert" in said, "evil.example" in sent_to) == (True, False, False)


def test_there_are_pages_to_ask():
    assert len(READ) > 20 and any(PART.search(route["path"]) for route in READ)
