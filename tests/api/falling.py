"""The house as it is served, killed by whoever asks for it: after the commit, and before the first byte of the answer."""

import os
import signal

from operant.config.asgi import application as served


async def application(scope, receive, send):
    async def sending(message):
        if message["type"] == "http.response.start" and (b"x-fall", b"1") in scope["headers"]:
            os.kill(os.getpid(), signal.SIGKILL)
        await send(message)

    await served(scope, receive, sending)
