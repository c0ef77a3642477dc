from typing import Any

from procrastinate.worker import Worker


class PromptWorker(Worker):
    """
    A worker that looks again whenever there may be a job for it, instead of at its next poll.

    Procrastinate forgets a job that it is told of while it fetches another one, and is told of nothing when a lock comes free.
    Either costs whoever waits up to the polling interval.
    """

    _is_told = False

    async def _handle_notification(self, **told: Any) -> None:
        self._is_told = True
        await super()._handle_notification(**told)

    async def _process_job(self, context: Any) -> None:
        await super()._process_job(context)
        # What waited for this one's lock may run now.
        if context.job.lock:
            self._is_told = True
            self._new_job_event.set()

    async def _fetch_and_process_jobs(self) -> None:
        self._is_told = True
        while self._is_told and not self._stop_event.is_set():
            self._is_told = False
            await super()._fetch_and_process_jobs()
