#!/usr/bin/env python3
"""Replays recordings as fast as the outbox takes them through agent, broker and receiver, kills the agent and the broker
with SIGKILL at random moments meanwhile, and compares every sample at the receiver with the file: none missing, none
double, none different, in order. Mutual TLS throughout. Ends with status 0 only when all of that holds."""

import argparse
import csv
import json
import random
import sys
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
import recording  # noqa: E402
from care_site import Site  # noqa: E402  (tests/support, put first on the path)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--receiver", required=True, help="the receiver's program")
    parser.add_argument("--recording", action="append", default=[], metavar="FILE[=SETTINGS]",
                        help="a .hea or CSV/TSV file, with further replay settings as JSON; may be given several times")
    parser.add_argument("--kills", type=int, default=3, help="how often agent and broker each are killed")
    parser.add_argument("--seed", type=int, default=None, help="of the moments of killing")
    parser.add_argument("--seal", default="hpke", choices=["hpke", "none"])
    parser.add_argument("--seconds", type=float, default=240, help="longest time to drain")
    parser.add_argument("--span", type=float, default=10, help="the kills fall into so many seconds from the start")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and databases")
    return parser.parse_args()


def driver(index, spec):
    file, _, settings = spec.partition("=")
    return {"driver": "replay", "id": f"recording-{index}", "file": str(Path(file).resolve()), "speed": 0} | (
        json.loads(settings) if settings else {})


def kill_at_random(site, rng, kills, span):
    """Each kill takes one of the two; both are up again within a second."""
    moments = sorted((rng.uniform(0.3, span), victim) for victim in ("agent", "broker") * kills)
    begun = time.monotonic()
    for at, name in moments:
        time.sleep(max(0.0, begun + at - time.monotonic()))
        process = getattr(site, name)
        process.must_live()
        process.kill()
        print(f"  {time.monotonic() - begun:6.2f} s  {name} killed", flush=True)
        time.sleep(rng.uniform(0.0, 0.5))
        site.start_broker() if name == "broker" else process.start()


def finish_replay(site, seconds):
    """Until every replay has ended and the outbox is empty."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status = site.status()
        if status and all(d["state"] == "ended" for d in status["drivers"]) and status["outbox"]["batches"] == 0:
            return status
        for process in (site.agent, site.broker, site.receiver):
            process.must_live()
        time.sleep(0.5)
    raise RuntimeError(f"not drained within {seconds} s: {json.dumps(site.status())}\n{site.agent.tail()}")


def stored(site):
    """What the receiver exports: {(driver id, sensor, metric): [((device time, boot time), value or special), ...]}."""
    file = site.folder / "export.csv"
    site.export(file, "--format", "csv")
    columns = defaultdict(list)
    with open(file, newline="") as lines:
        for row in csv.DictReader(lines):
            # Recorded times may be rounded to equal ones (BIDMC's beyond 100 s): the boot clock tells those apart.
            when = (int(row["device_time_us"]), int(row["boot_us"])) if row["device_time_us"] else None
            columns[row["sensor"], row["metric"]].append((when, row["special"] or row["value"]))
    return columns


def as_samples(path, name, values):
    """The exported values as the file has them: WFDB integers, CSV decimals."""
    if path.suffix != ".hea":
        return [Decimal(v) if v[0] in "-0123456789" else None for v in values]
    _, described = recording.header(path)
    signal = next(s for s in described if s.name == name)
    invalid = {212: -2048, 16: -32768, 80: -128}[signal.format]
    return [round(Decimal(v) * signal.gain) + signal.baseline if v[0] in "-0123456789" else invalid for v in values]


def matches(path, name, samples, column):
    """Whether that column of the receiver is that signal of the file, sample by sample, in order of the recorded time."""
    if len(column) != len([s for s in samples if s is not None]):
        return False
    ordered = sorted(column, key=lambda entry: entry[0])
    if len({entry[0] for entry in ordered}) != len(ordered):
        return False
    return as_samples(path, name, [v for _, v in ordered]) == [s for s in samples if s is not None]


def compare(site, specs):
    columns = stored(site)
    good = True
    for index, spec in enumerate(specs):
        path = Path(spec.partition("=")[0])
        listed = [s["name"] for s in json.loads(spec.partition("=")[2] or "{}").get("signals", [])]
        for name, samples in recording.signals(path).items():
            if path.suffix != ".hea" and name not in listed:
                continue
            own = {k: c for k, c in columns.items() if k[0] == f"recording-{index}" or k[0].startswith(f"recording-{index}/")}
            found = [k for k, c in own.items() if matches(path, name, samples, c)]
            good &= len(found) == 1
            verdict = f"= {found[0][0]} {found[0][1]}" if found else "MISSING, DOUBLE OR DIFFERENT: " + ", ".join(
                f"{k[1]} {len(c)}" for k, c in own.items())
            print(f"  {path.name} {name}: {len(samples)} samples {verdict}")
    return good


def main():
    options = arguments()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}, {options.kills} kills of agent and broker each, seal {options.seal}", flush=True)
    site = Site(options.vitald, options.receiver, seal=options.seal)
    good = False
    try:
        site.drivers = [driver(i, spec) for i, spec in enumerate(options.recording)]
        site.write_agent_config(uplink={"start_s": 0, "first_connect_s": 0.5, "backoff_cap_s": 2})
        site.start()
        kill_at_random(site, random.Random(seed), options.kills, options.span)
        status = finish_replay(site, options.seconds)
        good = compare(site, options.recording)
        outbox = status["outbox"]
        print(f"  {outbox['readings_recorded']} readings recorded, {outbox['readings_confirmed']} confirmed")
    finally:
        site.close(keep=options.keep or not good)
        if not good:
            print(f"logs and databases: {site.folder}")
    print("every sample is there once" if good else f"FAILED (--seed {seed})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
