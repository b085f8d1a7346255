"""A `sanzhang serve` of the test's own: an empty data folder, free loopback ports, gone afterwards."""

import pathlib
import socket
import subprocess
import tempfile

import grpc

START_SECONDS = 60
STOP_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, policy_folder, data=None, more=()):
        """`data`: a folder that is there; `more`: further flags."""
        self._data = tempfile.TemporaryDirectory(prefix="sanzhang-client-")
        self.data = pathlib.Path(data or pathlib.Path(self._data.name, "data"))
        self.keys = pathlib.Path(f"{self.data}.keys")
        self.address = f"127.0.0.1:{free_port()}"
        self.http = f"127.0.0.1:{free_port()}"
        self.log = pathlib.Path(self._data.name, "server.log")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "serve", "--data", str(self.data), "--listen", self.address, "--http-listen", self.http,
                 "--policy", str(policy_folder), *more],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.channel = grpc.insecure_channel(self.address)
        try:
            grpc.channel_ready_future(self.channel).result(timeout=START_SECONDS)
        except grpc.FutureTimeoutError:
            self.stop()
            raise RuntimeError(f"the server did not start:\n{self.log.read_text()}") from None

    def stop(self):
        """Asks it to drain; answers its exit code."""
        self.channel.close()
        self._process.terminate()
        try:
            return self._process.wait(timeout=STOP_SECONDS)
        finally:
            self._process.kill()
