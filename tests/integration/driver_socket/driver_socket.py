#!/usr/bin/env python3
"""The driver socket of the real agent: the examples of docs/driver-socket.md, as they stand there; drivers and agents that
are killed; drivers that flood, lie, break off and never read; a built-in driver in a process of its own."""

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / "tests/fault"))
from agent_site import AgentSite  # noqa: E402


def example(language, file):
    """The page's one block of that language."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", (TOP / "docs/driver-socket.md").read_text(), re.M | re.S)
    file.write_text(code)
    return file


def check(fact, holds):
    print(f"{'good' if holds else 'WRONG'}: {fact}", flush=True)
    if not holds:
        raise SystemExit(1)


class Peer:
    """A driver of the test's own, in JSON."""

    def __init__(self, site, name="raw", within=20):
        until = time.monotonic() + within
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                self.socket.settimeout(within)
                self.socket.connect(site.drivers)
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
        self.welcome = self.ask({"hello": 1, "name": name, "sensors": [{"id": "s"}]})

    def send(self, message):
        self.socket.send(message if isinstance(message, bytes) else json.dumps(message).encode())

    def hear(self):
        return json.loads(self.socket.recv(65536) or '{"error": "gone"}')

    def ask(self, message):
        self.send(message)
        return self.hear()


def delivery(n, count=1):
    return {"n": n, "cursor": str(n), "columns": [{"sensor": "s", "metric": "heart_rate", "values": list(range(count))}]}


def make_site(options):
    peers = [{"name": name, "user": str(os.getuid())} for name in ("python", "c", "raw", "ward")]
    peers += [{"name": "stranger", "user": "4242"}, {"name": "slow", "user": str(os.getuid()), "messages_per_s": 5}]
    entry = {"driver": "socket", "id": "ext", "peers": peers}
    site = AgentSite(options.vitald, options.worker, [])
    entry["path"] = site.drivers = str(site.folder / "drivers.sock")
    config = json.loads(site.config.read_text())
    config["drivers"] = [entry]
    site.config.write_text(json.dumps(config))
    return site


def examples(site, options, rng):
    """Each example is killed on the way and started again with the same input."""
    lines = "".join(f"{20 + i / 100:.2f}\n" for i in range(400))
    room = site.folder / "room.txt"
    room.write_text(lines)
    program = site.folder / "room"
    compiler = [options.cc, "-x", "c"] if "++" in options.cc else [options.cc]
    subprocess.run(compiler + ["-Wall", "-Wextra", "-Werror", "-std=c11", "-o", program, example("c", site.folder / "room.c")],
                   check=True)
    for name, command in (("python", [sys.executable, example("python", site.folder / "room.py")]), ("c", [program])):
        for kill in (True, True, False):
            child = subprocess.Popen([*map(str, command), site.drivers, name], stdin=room.open())
            if kill:
                time.sleep(rng.uniform(0.1, 0.4))
                child.kill()
            status = child.wait(60)
        check(f"the {name} example ends well", status == 0)
        check(f"the {name} example stored each line once, over two kills", site.readings_of(f"ext-{name}-room") == 400)


def killed_agent(site, rng):
    peer, acknowledged = Peer(site), 0
    until = time.monotonic() + rng.uniform(0.5, 1.5)
    while time.monotonic() < until:
        acknowledged = peer.ask(delivery(acknowledged + 1))["ack"]
    before = acknowledged
    peer.send(delivery(acknowledged + 1))  # it may be committed or not: nobody said so
    site.kill()
    found = site.count()
    check(f"an agent that was killed has what it acknowledged ({before} readings)", found["recorded"] >= before)
    site.start()
    cursor = int(Peer(site).welcome["cursors"][""])
    check("and the cursor that belongs to it", cursor in (before, before + 1))


def misbehaviour(site):
    wrong = [b"{", b"\xa1", b"null", b"[" * 60000, b"\xa1\x61\x61" + b"\x81" * 60000, os.urandom(50), b'{"n":1,"x":2}',
             json.dumps(delivery(1)).replace("heart_rate", "heart").encode()]
    peer = Peer(site)
    before = site.status()["readings_recorded"], site.readings_of("ext-raw-s")
    answers = []
    for i in range(1000):
        peer.send(wrong[i % len(wrong)])
        answers.append(peer.socket.recv(65536))  # in the encoding of the question
    check("1,000 malformed messages are refused", all(b"error" in answer for answer in answers))
    check("they change nothing", site.readings_of("ext-raw-s") == before[1])
    check("the next good one is taken", peer.ask(delivery(1)) == {"ack": 1})
    peer.socket.close()
    liar = Peer(site, "stranger")
    check("who is not who it says is refused", "its user is" in liar.welcome["error"])
    check("a name that nobody has is refused", "none of the peers" in Peer(site, "nobody").welcome["error"])
    half = Peer(site)
    half.send(json.dumps(delivery(9)).encode()[:40])
    half.socket.close()
    slow = Peer(site, "slow")
    slow.socket.settimeout(0.5)
    sent = 0
    try:
        while sent < 100000:
            slow.send(delivery(sent + 1))
            sent += 1
    except (TimeoutError, BlockingIOError):
        pass
    check(f"a flood blocks its sender (after {sent} messages)", 0 < sent < 5000)
    deaf = Peer(site)  # reads nothing while it is being acknowledged
    began = time.monotonic()
    with Peer(site, "c").socket:
        for n in range(1, 200):
            deaf.send(delivery(n, 1000))
    check(f"others are served beside it ({time.monotonic() - began:.1f} s)", site.readings_of("ext-raw-s") > before[1])


def own_process(site, options):
    settings = site.folder / "ward.json"
    settings.write_text('{"residents": 1, "speed": 10, "blood_pressure_min": 0.2}')
    call = [options.vitald, "driver", "simulated", "--socket", site.drivers, "--as", "ward", "--settings", str(settings)]
    alone = shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0
    if not alone:
        print("SKIPPED: no network namespace of its own for `vitald driver`: unshare -n is not allowed here")
    child = subprocess.Popen((["unshare", "-n"] if alone else []) + call)
    def sees(sensor, count):
        site.wait_for(f"readings of {sensor}", lambda _: site.readings_of(sensor) > count)
    sees("ext-ward-1-ecg", 1000)
    sees("ext-ward-1-cuff", 3)
    site.end()
    site.start()
    sees("ext-ward-1-ecg", 1000)
    sees("ext-ward-1-cuff", 3)
    child.terminate()
    check("a built-in driver without a network, over a restart of the agent, ends on SIGTERM", child.wait(5) == 0)
    refused = subprocess.run(call[:5] + ["--as", "stranger"], capture_output=True, text=True, timeout=20)
    check("one that the agent refuses ends and says why", refused.returncode == 1 and "its user is" in refused.stderr)
    wrong = subprocess.run([options.vitald, "driver", "nonsense"], capture_output=True, text=True, timeout=20)
    check("a driver that does not exist is a wrong call", wrong.returncode == 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--worker", required=True, help="the program store_work")
    parser.add_argument("--cc", default="cc", help="a C compiler")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"driver_socket: seed {options.seed}")
    rng = random.Random(options.seed)
    site = make_site(options)
    try:
        site.start()
        Peer(site).socket.close()  # it listens
        examples(site, options, rng)
        killed_agent(site, rng)
        misbehaviour(site)
        own_process(site, options)
    finally:
        print(site.log(), file=sys.stderr)
        site.close()


if __name__ == "__main__":
    main()
