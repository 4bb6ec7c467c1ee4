"""One agent without a broker: a folder, a configuration, its process and its status."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class AgentSite:
    def __init__(self, vitald, worker, drivers, state=None, **more):
        self.folder = Path(tempfile.mkdtemp(prefix="vitald-agent-"))
        self.state = Path(state) if state else self.folder / "state"
        self.state.mkdir(exist_ok=True)
        self.worker, self.vitald, self.process = worker, vitald, None
        self.socket = self.folder / "status.sock"
        config = {"device": "gateway-7", "state_dir": str(self.state), "status_socket": str(self.socket),
                  "commit": {"vital_s": 1, "waveform_s": 1}, "uplink": {"port": 1, "plain_tcp": True},
                  "drivers": drivers} | more
        self.config = self.folder / "vitald.json"
        self.config.write_text(json.dumps(config))
        subprocess.run([worker, "keys", str(self.state)], check=True)

    def start(self):
        self.socket.unlink(missing_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([self.vitald, "run", "-c", str(self.config)], stderr=log, stdout=log)

    def status(self, within=30):
        """The outbox's part of the status."""
        return self.whole_status(within)["outbox"]

    def readings_of(self, sensor):
        """How many readings the agent has had from a sensor."""
        sensors = [s for driver in self.whole_status()["drivers"] for s in driver["sensors"]]
        return sum(s["readings"] for s in sensors if s["sensor"] == sensor)

    def whole_status(self, within=30):
        """Waits for an agent that is just starting."""
        until = time.monotonic() + within
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as peer:
                    peer.settimeout(5)
                    peer.connect(str(self.socket))
                    peer.sendall(b"status")
                    peer.shutdown(socket.SHUT_WR)
                    text = b""
                    while part := peer.recv(65536):
                        text += part
                return json.loads(text)
            except (OSError, ValueError):
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the agent does not answer: {self.log()}") from None
                time.sleep(0.02)

    def wait_for(self, what, condition, within=60):
        until = time.monotonic() + within
        while True:
            status = self.status()
            if condition(status):
                return status
            if time.monotonic() > until:
                raise RuntimeError(f"{what}: not within {within} s: {status}\n{self.log()}")
            time.sleep(0.05)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        self.process.wait(20)

    def count(self):
        """What the store holds, every batch opened."""
        done = subprocess.run([self.worker, "count", str(self.state / "outbox.db"), "--quota-kb", "262144"],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"the store: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def log(self):
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-12:])

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def is_root():
    return os.geteuid() == 0
