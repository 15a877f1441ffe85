"""What tests are tried against leaves nothing behind for the tests that come later."""

import gc
import socket
import warnings

from tests.fakes.source import FakeSource


def test_who_does_not_read_to_the_end_is_hung_up_on() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with FakeSource() as source:
            source.fault("huge")
            asker = socket.create_connection(("127.0.0.1", int(source.url.rpartition(":")[2])))
            asker.sendall(b"GET /api/daily_papers?date=2026-01-01 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert asker.recv(1)
        gc.collect()
        asker.close()
    assert [str(one.message) for one in said] == []
