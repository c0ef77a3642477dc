import socket

import pytest

from operant.cli import ports
from operant.cli.failures import BadInput, Failure


def test_a_taken_port_is_named_with_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} is taken .* PORT=") as failure:
            ports.listen("127.0.0.1", port)
    free = int(str(failure.value).split("Port ")[2].split()[0])
    ports.listen("127.0.0.1", free).close()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.77"])
def test_an_address_of_another_machine_is_bad_input(host):
    with pytest.raises(BadInput, match="not an address of this machine"):
        ports.listen(host, 8000)


def test_it_listens_at_once():
    with ports.listen("127.0.0.1", 0) as listening:
        socket.create_connection(listening.getsockname()).close()
