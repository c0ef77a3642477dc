"""The floor under every event stream: one asyncio process that writes prepared bytes to each connection."""

import asyncio
import os
import sys

import psycopg
import uvloop

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\nretry: 2000\n\n"
_open: set[asyncio.Transport] = set()


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def data_received(self, received: bytes) -> None:
        self.transport.write(HEAD)
        if b"GET /stream" in received:
            _open.add(self.transport)
        else:
            self.transport.close()

    def connection_lost(self, failure: Exception | None) -> None:
        _open.discard(self.transport)


async def main(port: int) -> None:
    await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=2048)
    async with await psycopg.AsyncConnection.connect(os.environ["PEER_DSN"], autocommit=True) as listening:
        await listening.execute("LISTEN peer_live")
        async for told in listening.notifies():
            body = f"event: changed\ndata: {told.payload}\n\n".encode()
            for transport in list(_open):
                transport.write(body)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
