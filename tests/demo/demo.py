#!/usr/bin/env python3
"""vitald's demo: what flows, an outage, a power cut's stand-in (SIGKILL), and the account of every reading at the end."""

import argparse
import csv
import sys
import time
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from care_site import Site  # noqa: E402  (tests/support)

TERMINAL = sys.stdout.isatty()
BOLD, DIM, RED, GREEN, END = ("\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[0m") if TERMINAL else ("",) * 5


def say(text):
    print(f"\n{BOLD}{text}{END}", flush=True)


def drivers():
    return [
        {"driver": "simulated", "id": "resident", "residents": 2, "seed": 7},
        {"driver": "replay", "id": "recording", "file": str(HERE / "ppg.csv"), "speed": 1, "rate_hz": 100,
         "header_row": False, "signals": [{"name": "#1", "metric": "pleth_waveform"}]},
    ]


class View:
    """One screen of what flows, drawn again each second; on something that is no terminal a line every few seconds."""

    def __init__(self, site):
        self.site, self.begun, self.drawn = site, time.monotonic(), 0

    def watch(self, seconds, phase):
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            self.draw(phase)
            time.sleep(max(0.0, min(until, now + 1) - time.monotonic()))

    def draw(self, phase):
        status = self.site.status() if self.site.agent.alive() else None
        stored = self.site.receiver_stats()["readings"] if self.site.receiver.alive() else None
        lines = self.page(phase, status, stored) if TERMINAL else [self.line(phase, status, stored)]
        if TERMINAL:
            print("\033[H\033[J", end="")
        elif self.drawn % 4:
            lines = []
        self.drawn += 1
        print("\n".join(lines), end="\n" if lines else "", flush=True)

    def clock(self):
        return f"{time.monotonic() - self.begun:4.0f} s"

    def line(self, phase, status, stored):
        if status is None:
            return f"  {self.clock()}  {phase}: agent is dead; {stored} readings stored in the cloud"
        outbox = status["outbox"]
        return (f"  {self.clock()}  {phase}: {outbox['readings_recorded']} readings recorded, {outbox['readings']} wait in "
                f"{outbox['batches']} batches, uplink {status['uplink']['state']}, {stored} stored in the cloud")

    def page(self, phase, status, stored):
        head = f"{BOLD}vitald demo{END}   {self.clock()}   {phase}"
        if status is None:
            return [head, "", f"{RED}agent       killed{END}", f"receiver    {stored} readings stored"]
        outbox, uplink = status["outbox"], status["uplink"]
        colour = GREEN if uplink["state"] == "connected" else RED
        rows = [head, "",
                f"outbox      {outbox['readings_recorded']:>8} readings recorded",
                f"            {outbox['readings']:>8} wait for a receipt, in {outbox['batches']} batches",
                f"uplink      {colour}{uplink['state']}{END}  {DIM}{uplink['error'] or ''}{END}",
                f"            {uplink['batches_published']:>8} batches published, {uplink['bytes_published']} bytes",
                f"receiver    {stored:>8} readings stored", ""]
        for driver in status["drivers"]:
            rows.append(f"{driver['id']}  {DIM}{driver['driver']}, {driver['state']}{END}")
            for sensor in driver["sensors"]:
                age = sensor["last_reading_age_s"]
                seen = "never" if age is None else f"{age:5.1f} s ago"
                rows.append(f"  {sensor['sensor']:<28} {sensor['readings']:>8} readings   {seen}")
        return rows


def recording_is_whole(site):
    """Every sample of the recording, once, in order."""
    file = site.folder / "recording.csv"
    site.export(file, "--format", "csv", "--metric", "pleth_waveform")
    with open(file, newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["sensor"] == "recording"]
    rows.sort(key=lambda r: int(r["device_time_us"]))
    stored = [Decimal(r["value"]) for r in rows]
    return len(stored), stored == [Decimal(v) for v in (HERE / "ppg.csv").read_text().split()]


def account(site, status):
    """The closing table; True when nothing is missing and nothing double."""
    stats = site.receiver_stats()
    recorded, stored = status["outbox"]["readings_recorded"], stats["readings"]
    samples, whole = recording_is_whole(site)
    database = (site.folder / "state" / "outbox.db").stat().st_size
    lost = sum(loss["readings"] for loss in status["outbox"]["lost"])
    missing, doubled = max(recorded - stored - lost, 0), max(stored - recorded, 0)
    say("Completeness")
    for label, value in (
        ("readings recorded (durable on the device)", recorded),
        ("readings stored (at the receiver)", stored),
        ("missing", missing),
        ("duplicated", doubled),
        ("named in loss records", lost),
        ("batches that came twice and were kept once", stats["duplicates"]),
        ("samples of the recording, compared with the file", f"{samples}, {'equal' if whole else 'NOT EQUAL'}"),
        ("bytes a reading on the wire (TLS and MQTT, both ways)", f"{(site.relay.up + site.relay.down) / recorded:.2f}"),
        ("bytes a reading on disk (outbox.db)", f"{database / recorded:.2f}"),
    ):
        print(f"  {label:<56} {value}")
    return missing == 0 and doubled == 0 and whole and recorded > 0


def play(site):
    view = View(site)
    site.start()
    view.watch(14, "all is well")
    say("The broker is stopped.")
    site.broker.stop()
    view.watch(9, "outage: readings wait on the device")
    say("The agent is killed (SIGKILL), in the middle of its work.")
    site.agent.kill()
    view.watch(3, "broker and agent are down")
    say("Both are started again.")
    site.agent.start()
    site.start_broker()
    view.watch(16, "back: the backlog drains beside live readings")
    say("The sensors are taken away, so that everything can be counted.")
    took = site.agent.stop()
    print(f"  the agent ended {took:.1f} s after SIGTERM, its open batches on disk")
    site.drivers = []
    site.write_agent_config(**FAST)
    site.agent.start()
    return account(site, site.drain(30))


# A demo does not wait as politely as a fleet must.
FAST = {"commit": {"vital_s": 1, "waveform_s": 1}, "uplink": {"start_s": 0, "first_connect_s": 0.5, "backoff_cap_s": 2}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True)
    parser.add_argument("--receiver", required=True)
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and databases")
    options = parser.parse_args()
    site = Site(options.vitald, options.receiver)
    good = False
    try:
        site.drivers = drivers()
        site.write_agent_config(**FAST)
        good = play(site)
    finally:
        site.close(keep=options.keep or not good)
        if options.keep or not good:
            print(f"\nlogs and databases: {site.folder}")
    print(f"\n{GREEN}every reading is in the cloud exactly once{END}" if good else f"\n{RED}FAILED{END}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
