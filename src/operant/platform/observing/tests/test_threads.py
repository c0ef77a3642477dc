import asyncio
import threading

from operant.platform import trail
from operant.platform.observing.threads import THREADS, in_thread


def test_threads_are_kept_and_what_is_noted_in_one_reaches_the_request():
    async def scenario():
        with trail.begin(request_id="one") as known:
            names = {await in_thread(lambda: threading.current_thread().name) for _ in range(50)}
            await in_thread(lambda: trail.note(organization="harbour"))
            return names, dict(known)

    names, known = asyncio.run(scenario())
    assert {name.rpartition("_")[0] for name in names} == {"database"}
    assert len(names) <= THREADS._max_workers
    assert known == {"request_id": "one", "organization": "harbour"}
