#!/usr/bin/env python3
"""What one batch costs at each stage, and what a reading costs on the wire: a backlog of a jittered 100 Hz signal drains
from an agent over mutual TLS through Mosquitto into the receiver's SQLite, each a process of its own. Prints CPU time,
read and write calls, bytes; CPU time is the processes' own, so a busy machine blurs it but does not inflate it. With
several sizes the cost a reading is compared between them."""

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from care_site import Site  # noqa: E402  (tests/support, put first on the path)

TICK = os.sysconf("SC_CLK_TCK")


def write_recording(file, readings, rng):
    """100 Hz with 2 ms of jitter, whole milliseconds; a slow wave and noise."""
    value, at = 700, 0
    with open(file, "w") as out:
        out.write("t,v\n")
        for _ in range(readings):
            at += 10 + rng.randint(-2, 2)
            value = max(300, min(1100, value + rng.randint(-3, 3)))
            out.write(f"{at / 1000:.3f},{value / 10}\n")


def cost(process):
    """CPU seconds, read and write calls so far."""
    pid = process.child.pid
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    io = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return (int(fields[11]) + int(fields[12])) / TICK, int(io["syscr"]) + int(io["syscw"])


def measure(arguments, readings):
    site = Site(arguments.vitald, arguments.receiver)
    try:
        recording = site.folder / "signal.csv"
        write_recording(recording, readings, random.Random(1))
        site.drivers = [{"driver": "replay", "id": "signal", "file": str(recording), "speed": 0, "time_column": "t",
                         "signals": [{"name": "v", "metric": "heart_rate"}]}]
        # The outage: nobody is at the broker's port while the outbox fills.
        site.write_agent_config(uplink={"backoff_cap_s": 1, "first_connect_s": 1}, outbox={"quota_mb": 4000})
        site.agent.start()
        wait(lambda: (s := site.status()) and s["drivers"][0]["state"] == "ended" and s, 3600)
        before = site.status()
        assert before["outbox"]["readings"] >= readings, before
        agent = cost(site.agent)
        site.start_broker()
        site.receiver.start()
        begun = time.monotonic()
        first = wait(lambda: (s := site.status()) and s["uplink"]["batches_receipted"] > 0 and time.monotonic(), 60)
        site.drain(3600)
        seconds = time.monotonic() - begun
        after = site.status()
        batches = after["uplink"]["batches_receipted"]
        rows = {"agent": [b - a for a, b in zip(agent, cost(site.agent))], "broker": cost(site.broker),
                "receiver": cost(site.receiver)}
        wire = site.relay.up + site.relay.down
        database = sum(f.stat().st_size for f in site.folder.glob("receiver.db*"))
        print(f"{readings} readings in {batches} batches: drained in {seconds:.1f} s "
              f"({readings / seconds:.0f} readings/s), first receipt {first - begun:.1f} s after the broker was back, "
              f"{wire / readings:.2f} B/reading on the wire, {database / readings:.2f} B/reading in the database, "
              f"{after['uplink']['batches_resent']} resent")
        for stage, (cpu, calls) in rows.items():
            print(f"  {stage:9} {cpu * 1e6 / batches:8.1f} us CPU a batch {cpu * 1e9 / readings:8.1f} ns a reading "
                  f"{calls / batches:7.2f} read and write calls a batch")
        return {"readings": readings, "batches": batches, "wire": wire / readings, "stages": rows, "seconds": seconds}
    finally:
        site.close()


def wait(condition, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.1)
    raise RuntimeError("it takes too long")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True, help="the agent's program, optimised")
    parser.add_argument("--receiver", required=True, help="the receiver's program, optimised")
    parser.add_argument("--readings", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON too")
    arguments = parser.parse_args()
    figures = [measure(arguments, readings) for readings in arguments.readings]
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
