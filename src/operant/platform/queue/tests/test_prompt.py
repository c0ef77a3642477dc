"""A worker's next job never waits for a poll."""

import asyncio
import contextlib

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from procrastinate.worker import Worker

from operant.platform.queue.prompt import PromptWorker

POLL = 60


@pytest.fixture
def app():
    return App(connector=InMemoryConnector())


def ran(app, begin, *, kind=PromptWorker, until=2, seconds=5.0):
    """Which jobs a worker did, in their order; it ends when so many did, or some seconds passed."""
    done, enough = [], asyncio.Event()

    @app.task(name="work")
    async def work(number):
        # Long enough for the other one to be asked for meanwhile.
        await asyncio.sleep(0.1)
        done.append(number)
        if len(done) >= until:
            enough.set()

    async def run():
        async with app.open_async():
            worker = kind(app, queues=["default"], concurrency=2, install_signal_handlers=False, fetch_job_polling_interval=POLL)
            running = asyncio.create_task(worker.run())
            await begin(app, worker, work)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), seconds)
            worker.stop()
            await running

    asyncio.run(run())
    return done


async def two_of_one_lock(app, worker, work):
    for number in (1, 2):
        await app.configure_task("work", lock="one after the other").defer_async(number=number)


async def one_while_another_is_fetched(app, worker, work):
    """The worker is told of a second job after its look for one was answered, and before it forgets what it was told."""
    fetch = app.job_manager.fetch_job

    async def fetching(**where):
        found = await fetch(**where)
        if found is None and not told:
            told.append(True)
            await work.defer_async(number=2)
            # As the connection that listens would.
            await worker._handle_notification(channel="", notification={"type": "job_inserted", "job_id": 2})
        return found

    told = []
    app.job_manager.fetch_job = fetching
    await work.defer_async(number=1)


@pytest.mark.parametrize("begin", [two_of_one_lock, one_while_another_is_fetched])
def test_the_next_job_is_begun_at_once(app, begin):
    assert ran(app, begin) == [1, 2]


@pytest.mark.parametrize("begin", [two_of_one_lock, one_while_another_is_fetched])
def test_procrastinates_own_still_waits_for_its_next_poll(app, begin):
    # When this fails, `prompt` is needed no more.
    assert ran(app, begin, kind=Worker, seconds=0.5) == [1]
