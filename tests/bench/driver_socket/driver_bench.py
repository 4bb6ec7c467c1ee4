#!/usr/bin/env python3
"""One peer of the driver socket as fast as it can, every message acknowledged after its commit: readings a second, beside
the 100,000 that are promised. Ends with status 1 below that, unless --counts-only."""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def connect(path):
    until = time.monotonic() + 20
    while True:
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            peer.connect(path)
            return peer
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def flood(peer, options):
    """Messages of one heart rate a millisecond, `ahead` of them not yet acknowledged; returns readings and seconds."""
    ask = lambda message: (peer.send(json.dumps(message).encode()), json.loads(peer.recv(65536)))[1]
    welcome = ask({"hello": 1, "name": "flood", "sensors": [{"id": "s"}]})
    assert "welcome" in welcome, welcome
    values = ",".join(str(60 + i % 40) for i in range(options.readings))
    began, number, acknowledged = time.monotonic(), 0, 0
    while time.monotonic() < began + options.seconds or acknowledged < number:
        if time.monotonic() < began + options.seconds:
            start = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000 - options.readings * 1000
            number += 1
            peer.send(f'{{"n":{number},"cursor":"{number}","columns":[{{"sensor":"s","metric":"heart_rate","values":[{values}],'
                      f'"start_us":{start},"rate_hz":1000}}]}}'.encode())
        while number - acknowledged >= options.ahead or (acknowledged < number and time.monotonic() > began + options.seconds):
            answer = json.loads(peer.recv(65536))
            assert "ack" in answer, answer
            acknowledged = answer["ack"]
    return acknowledged * options.readings, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--readings", type=int, default=1000, help="in a message")
    parser.add_argument("--ahead", type=int, default=16, help="messages that may wait for their acknowledgement")
    parser.add_argument("--counts-only", action="store_true", help="show the rate, do not judge it")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vitald-bench-"))
    path = str(folder / "drivers.sock")
    (folder / "vitald.json").write_text(json.dumps({
        "device": "bench", "state_dir": str(folder), "status_socket": "", "log_level": "error",
        "uplink": {"port": 1, "plain_tcp": True},
        "drivers": [{"driver": "socket", "id": "ext", "path": path,
                     "peers": [{"name": "flood", "user": str(os.getuid()), "readings_per_s": 10000000}]}]}))
    key = subprocess.run([options.vitald, "keys", "generate", "-c", str(folder / "vitald.json")], capture_output=True, check=True)
    (folder / "recipient.pub").write_bytes(key.stdout)
    agent = subprocess.Popen([options.vitald, "run", "-c", str(folder / "vitald.json")])
    try:
        peer = connect(path)
        began = cpu_s(agent.pid)
        readings, seconds = flood(peer, options)
        rate, cpu = readings / seconds, (cpu_s(agent.pid) - began) / seconds
        status = Path(f"/proc/{agent.pid}/status").read_text()
        rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        print(f"driver socket: {rate:,.0f} readings/s acknowledged ({rate / 100_000:.1f} x 100,000), "
              f"{options.readings} a message, agent {cpu:.0%} of a core, {int(rss) // 1024} MB at most")
        return 0 if rate >= 100_000 or options.counts_only else 1
    finally:
        agent.terminate()
        agent.wait(10)
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
