"""A whole site on this machine, for the demo and the end-to-end tests: certificates, a real broker that requires them, the
receiver and agents, each a process that can be killed and started again. Python's standard library only."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*command, **more):
    """Runs a command; its output is in the exception when it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Certificates:
    """A throw-away CA; every certificate is valid for a day."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.ca = self.folder / "ca.crt"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                      "-subj", "/CN=demo CA", "-keyout", self.folder / "ca.key", "-out", self.ca)

    def _openssl(self, *arguments):
        run("openssl", *arguments)

    def make(self, name, host=None):
        """Key and certificate of that common name; a server's when a host is given."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "crt"))
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{host},IP:127.0.0.1\n" if host else "extendedKeyUsage=clientAuth\n")
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-CAcreateserial",
                      "-days", "1", "-extfile", extensions, "-out", certificate)
        return {"ca": str(self.ca), "certificate": str(certificate), "key": str(key)}


class Process:
    """A program of ours or of others, with its log; dies with us."""

    def __init__(self, name, command, folder):
        self.name, self.command = name, [str(c) for c in command]
        self.log = Path(folder) / f"{name}.log"
        self.child = None

    def start(self):
        self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log.open("a"), stderr=subprocess.STDOUT)

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def kill(self):
        """As a power cut would: SIGKILL."""
        if self.alive():
            self.child.kill()
            self.child.wait()

    def stop(self, seconds=10):
        """SIGTERM; returns how long it took to end. Killed when it does not."""
        if not self.alive():
            return 0.0
        begun = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{self.name} did not end within {seconds} s of SIGTERM; see {self.log}") from None
        return time.monotonic() - begun

    def must_live(self):
        if not self.alive():
            raise RuntimeError(f"{self.name} ended: {self.tail()}")

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else "(no log)"


class Relay:
    """Passes TCP through to a port and counts what crosses, TLS and MQTT included."""

    def __init__(self, to_port):
        self.to_port, self.up, self.down = to_port, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self._pass, args=(client, server, "up"), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, "down"), daemon=True).start()

    def _pass(self, source, sink, counter):
        try:
            while data := source.recv(65536):
                setattr(self, counter, getattr(self, counter) + len(data))
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Site:
    """Broker, receiver and one agent. `programs` is the folder of vitald and vitald-receiver."""

    def __init__(self, vitald, receiver, seal="hpke", device="demo-gateway"):
        self.vitald, self.receiver_program, self.device, self.seal = Path(vitald), Path(receiver), device, seal
        self.folder = Path(tempfile.mkdtemp(prefix="vitald-site-"))
        self.port = free_port()
        self.relay = Relay(self.port)
        self._make_certificates()
        self._make_broker()
        self._make_receiver()
        self.drivers = []
        self.write_agent_config()
        self._exchange_keys()
        self.agent = Process("agent", [self.vitald, "run", "-c", self.agent_config], self.folder)

    def _make_certificates(self):
        certificates = Certificates(self.folder / "certificates")
        self.server_files = certificates.make("broker", host="localhost")
        self.receiver_files = certificates.make("receiver")
        self.device_files = certificates.make(self.device)

    def _make_broker(self):
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\n"
            f"cafile {self.server_files['ca']}\ncertfile {self.server_files['certificate']}\n"
            f"keyfile {self.server_files['key']}\n"
            "require_certificate true\nuse_identity_as_username true\nallow_anonymous false\n"
            "persistence false\nmax_inflight_messages 1000\nmax_queued_messages 100000\n"
            "log_type error\nlog_type warning\n"
            + ("user root\n" if os.geteuid() == 0 else ""))
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.broker = Process("broker", [program, "-c", config], self.folder)

    def _uplink(self, files, port):
        return {"host": "localhost", "port": port, "tls": files}

    def _make_receiver(self):
        self.receiver_config = self.folder / "receiver.json"
        keys = self.folder / "receiver-keys"
        keys.mkdir()
        self.receiver_config.write_text(json.dumps({
            "database": str(self.folder / "receiver.db"),
            "keys": str(keys),
            "accept_unsealed": self.seal == "none",
            "uplink": self._uplink(self.receiver_files, self.port),
        }))
        self.receiver = Process("receiver", [self.receiver_program, "run", "-c", self.receiver_config], self.folder)

    def write_agent_config(self, **more):
        """The agent's configuration, with self.drivers; `more` are further settings."""
        self.agent_config = self.folder / "vitald.json"
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        uplink = self._uplink(self.device_files, self.relay.port) | more.pop("uplink", {})
        config = {"device": self.device, "state_dir": str(state), "status_socket": str(self.folder / "status.sock"),
                  "seal": self.seal, "clock": {"trust": "always"}, "uplink": uplink, "drivers": self.drivers} | more
        self.agent_config.write_text(json.dumps(config, indent=1))

    def _exchange_keys(self):
        recipient = run(self.receiver_program, "keys", "generate", "-c", self.receiver_config)
        (self.folder / "state" / "recipient.pub").write_text(recipient)
        device = run(self.vitald, "keys", "generate", "-c", self.agent_config)
        run(self.receiver_program, "device", "add", "-c", self.receiver_config, self.device, "--key", device.strip())

    def start_broker(self):
        self.broker.start()
        self._wait_for("the broker's port", lambda: self._port_open() or self.broker.must_live())

    def _port_open(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def _wait_for(self, what, condition, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(0.1)
        raise RuntimeError(f"{what}: not within {seconds} s")

    def start(self):
        self.start_broker()
        self.receiver.start()
        self.agent.start()

    def status(self):
        """The agent's status, None while it does not answer."""
        done = subprocess.run([str(self.vitald), "status", "--json", "--socket", str(self.folder / "status.sock")],
                              capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def receiver_stats(self):
        return json.loads(run(self.receiver_program, "stats", "--json", "-c", self.receiver_config))

    def export(self, file, *arguments):
        run(self.receiver_program, "export", "-c", self.receiver_config, "--output", file, *arguments)

    def drain(self, seconds=60):
        """Waits until the agent's outbox is empty: everything has its receipt."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.status()
            if status and status["outbox"]["batches"] == 0:
                return status
            self.agent.must_live()
            time.sleep(0.3)
        raise RuntimeError(f"the outbox is not empty after {seconds} s: {self.status()}\n{self.agent.tail()}")

    def close(self, keep=False):
        for process in (self.agent, self.receiver, self.broker):
            process.kill()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
