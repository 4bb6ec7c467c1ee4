#!/usr/bin/env python3
"""The Bluetooth lab's cases: virtual sensors on virtual controllers, a real bluetoothd, the product as the central, and a
broker and a receiver behind it. Runs inside the machine that tests/lab/run boots. Prints one line a case."""

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from care_site import Process, Site  # noqa: E402

CENTRAL = "hci0"
LOGS = Path("/tmp/lab-logs")


def say(text):
    print(text, flush=True)


def until(what, condition, seconds):
    """The first true answer of the condition."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.3)
    raise RuntimeError(f"{what}: not within {seconds} s")


def busctl(*words):
    done = subprocess.run(["busctl", "--system", "--json=short", "--timeout=3", *words], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout else None


class Radio:
    """Virtual controllers and the bluetoothd over them: hci0 is the product's, each other one a sensor's."""

    def __init__(self, build, controllers):
        self.count = controllers
        handles = build / "tests/lab/ble/libbtvirt_handles.so"
        self.emulator = Process("btvirt", ["env", f"LD_PRELOAD={handles}", "btvirt", f"-l{controllers}", "-L"], LOGS)
        self.daemon = Process("bluetoothd", ["/usr/libexec/bluetooth/bluetoothd", "-n"], LOGS)

    def start(self):
        subprocess.run(["modprobe", "-a", "hci_vhci", "algif_hash", "algif_skcipher"], check=True)
        if not Path("/dev/vhci").exists():
            os.mknod("/dev/vhci", 0o600 | 0o020000, os.makedev(10, 137))
        self.emulator.start()
        until("the controllers", lambda: self._up() >= self.count, 240)
        self.start_daemon()

    def _up(self):
        return subprocess.run(["hciconfig"], capture_output=True, text=True).stdout.count("00:AA:01:0")

    def start_daemon(self):
        self.daemon.start()
        for i in range(self.count):
            until(f"hci{i} in bluetoothd", lambda i=i: self.address(f"hci{i}"), 60)

    def address(self, adapter):
        answer = busctl("get-property", "org.bluez", f"/org/bluez/{adapter}", "org.bluez.Adapter1", "Address")
        return answer["data"] if answer else None

    def stop(self):
        self.daemon.kill()
        self.emulator.kill()


class Sensor:
    """One virtual sensor, a process on a controller of its own."""

    def __init__(self, lab, adapter, kind, records=0):
        self.adapter, self.kind, self.name = adapter, kind, f"Lab {kind}"
        self.address = lab.radio.address(adapter)
        self.process = Process(f"sensor-{kind}", [lab.build / "tests/lab/ble/lab_peripheral", adapter, kind, self.name,
                                                  str(records)], LOGS)

    def start(self):
        self.process.log.unlink(missing_ok=True)
        self.process.start()
        until(f"{self.kind} advertises", lambda: self.process.must_live() or
              "RegisterAdvertisement ok" in self.process.tail(50), 60)

    def freeze(self):
        self.process.child.send_signal(signal.SIGSTOP)


class Lab:
    def __init__(self, build, controllers):
        self.build = build
        self.radio = Radio(build, controllers)
        self.radio.start()
        self.vitald = build / "agent/vitald"
        self.sensors, self.site = [], None

    def sensor(self, kind, records=0):
        sensor = Sensor(self, f"hci{len(self.sensors) + 1}", kind, records)
        self.sensors.append(sensor)
        sensor.start()
        return sensor

    def make_site(self, **driver):
        self.site = Site(self.vitald, self.build / "sync/receiver/vitald-receiver")
        listed = [{"id": s.kind, "address": s.address} for s in self.sensors]
        self.site.drivers = [{"driver": "ble", "id": "ble", "adapter": CENTRAL, "set_clock": "always",
                              "sensors": listed} | driver]
        self.site.write_agent_config(uplink={"start_s": 0, "first_connect_s": 0.5, "backoff_cap_s": 2},
                                     commit={"vital_s": 1})

    def command(self, *words, seconds=120):
        # No terminal: nobody answers questions here, so pairing is "just works".
        return subprocess.run([str(self.vitald), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds)

    def rows(self, sensor=None, metric=None):
        """What the receiver has, as rows of its export."""
        file = self.site.folder / "export.csv"
        self.site.export(file, "--format", "csv")
        with open(file, newline="") as lines:
            return [row for row in csv.DictReader(lines)
                    if (sensor is None or row["sensor"] == sensor or row["sensor"].startswith(sensor + "/"))
                    and (metric is None or row["metric"] == metric)]

    def close(self):
        for sensor in self.sensors:
            if sensor.process.alive():
                sensor.process.child.send_signal(signal.SIGCONT)
            sensor.process.kill()
        if self.site:
            self.logs = "\n".join(f"{p.name}:\n{p.tail(25)}" for p in (self.site.agent, self.site.broker, self.site.receiver))
            self.site.close()
        self.radio.stop()


# What each sensor must have sent: metric, value, unit, MDC code, device time in s (None: not asked).
MARCH = 1709622489
EXPECTED = {
    "belt": [("heart_rate_strap", "72", "/min", 8454258, None)],
    "cuff": [("blood_pressure_systolic", "121", "mm[Hg]", 150021, 1709622600),
             ("blood_pressure_diastolic", "92", "mm[Hg]", 150022, 1709623200),
             ("pulse_rate_cuff", "61", "/min", 149546, 1709622600)],
    "recording-cuff": [("blood_pressure_systolic", "120", "mm[Hg]", 150021, 1704067200),
                       ("blood_pressure_diastolic", "80", "mm[Hg]", 150022, 1704067260)],
    "meter": [("glucose_capillary_plasma", "81", "mg/dL", 160188, 1704067260)],
    "cgm": [("glucose_interstitial", "102", "mg/dL", 160212, 1709619000)],
    "scale": [("body_weight", "70.250", "kg", 188736, MARCH)],
    "thermometer": [("body_temperature_ear", "36.60", "Cel", 188428, MARCH)],
    "oximeter": [("oxygen_saturation", "97", "%", 150456, None), ("pulse_rate_oximeter", "64", "/min", 149530, None)],
}
RECORDS = {"meter": 40, "recording-cuff": 10, "cgm": 12}


def found(rows, metric, value, unit, mdc, seconds):
    return any(row["metric"] == metric and row["value"] == value and row["unit"] == unit and int(row["mdc"]) == mdc
               and (seconds is None or row["device_time_us"] == str(seconds * 1_000_000)) for row in rows)


def missing(lab, kinds):
    rows = lab.rows()
    return [(kind, entry[0]) for kind in kinds for entry in EXPECTED[kind]
            if not found([r for r in rows if r["sensor"].startswith(f"ble-{kind}")], *entry)]


def all_there(lab, kinds, seconds):
    try:
        until("all readings", lambda: not missing(lab, kinds), seconds)
    except RuntimeError:
        raise RuntimeError(f"not at the receiver within {seconds} s: {missing(lab, kinds)}") from None


def unknown(lab):
    """The sensors that a scan does not show with name and kind."""
    scanned = lab.command("sensors", "scan", "--adapter", CENTRAL, "--seconds", "8", "--json")
    if scanned.returncode != 0:
        raise RuntimeError(f"scan: {scanned.stderr}")
    seen = {entry["address"]: entry for entry in json.loads(scanned.stdout)["sensors"]}
    found = [s for s in lab.sensors if seen.get(s.address, {}).get("kinds") and seen[s.address]["name"] == s.name]
    say(f"    a scan shows {len(found)} of {len(lab.sensors)}")
    return [s.kind for s in lab.sensors if s not in found]


def scan_and_pair(lab):
    """Every sensor is found by name and kind; those that want a bond get one."""
    until("each sensor in a scan, with its kind", lambda: not unknown(lab), 90)
    for sensor in lab.sensors:
        if sensor.kind in ("cuff", "meter"):
            paired = lab.command("sensors", "pair", "--adapter", CENTRAL, sensor.address)
            if paired.returncode != 0:
                raise RuntimeError(f"pair {sensor.kind}: {paired.stderr}")
    listed = json.loads(lab.command("sensors", "list", "--adapter", CENTRAL, "--json").stdout)["sensors"]
    if len(listed) != len([s for s in lab.sensors if s.kind in ("cuff", "meter")]):
        raise RuntimeError(f"list: {listed}")


def case_each_sensor(lab):
    """each kind: found, bonded where it wants it, right value, unit, code and device time at the receiver"""
    for kind in EXPECTED:
        lab.sensor(kind, RECORDS.get(kind, 0))
    scan_and_pair(lab)
    lab.make_site()
    lab.site.start()
    all_there(lab, EXPECTED, 240)


def case_unbonded_refused(lab):
    """an unbonded sensor's data is refused and logged when the settings say so"""
    lab.sensor("belt")
    lab.make_site(unbonded="refuse", sensors=[])
    lab.site.start()
    until("the refusal in the log", lambda: "is not bonded" in lab.site.agent.tail(50), 60)
    time.sleep(5)
    if lab.rows(metric="heart_rate_strap"):
        raise RuntimeError("it was read all the same")


def case_short(lab):
    """a belt, a bonded cuff and a meter at the receiver"""
    for kind in ("belt", "cuff", "meter"):
        lab.sensor(kind, RECORDS.get(kind, 0))
    scan_and_pair(lab)
    lab.make_site()
    lab.site.start()
    all_there(lab, ("belt", "cuff", "meter"), 90)


def case_records_and_kills(lab):
    """500 stored glucose records exactly once, the agent killed three times in the middle"""
    meter = lab.sensor("meter", 500)
    lab.make_site()
    lab.site.start()
    rng = random.Random()
    for kill in range(3):
        begun = len(lab.rows("ble-meter", "glucose_capillary_plasma"))
        until("more records", lambda: 500 > len(lab.rows("ble-meter", "glucose_capillary_plasma")) > begun, 120)
        time.sleep(rng.uniform(0, 1))
        lab.site.agent.kill()
        say(f"    agent killed with {len(lab.rows('ble-meter', 'glucose_capillary_plasma'))} records at the receiver")
        lab.site.agent.start()
    until("500 records", lambda: len(lab.rows("ble-meter", "glucose_capillary_plasma")) >= 500, 240)
    time.sleep(10)
    numbers = [int(row["record_number"]) for row in lab.rows("ble-meter", "glucose_capillary_plasma")]
    if sorted(numbers) != list(range(500)):
        raise RuntimeError(f"{len(numbers)} readings of {len(set(numbers))} records")
    meter.process.must_live()


def case_bluetoothd_killed(lab):
    """bluetoothd killed and back: readings flow again within 30 s"""
    belt = lab.sensor("belt")
    lab.make_site()
    lab.site.start()
    until("readings", lambda: len(lab.rows("ble-belt", "heart_rate_strap")) > 3, 90)
    lab.radio.daemon.kill()
    belt.process.kill()
    time.sleep(5)
    lab.radio.start_daemon()
    belt.start()
    back, before = time.monotonic(), len(lab.rows("ble-belt", "heart_rate_strap"))
    until("readings again", lambda: len(lab.rows("ble-belt", "heart_rate_strap")) > before + 3, 30)
    say(f"    readings again after {time.monotonic() - back:.1f} s")


def case_one_hung(lab):
    """eight sensors at once, one hung: the others are unaffected"""
    for kind in EXPECTED:
        lab.sensor(kind, RECORDS.get(kind, 0))
    hung = next(s for s in lab.sensors if s.kind == "scale")
    hung.freeze()
    lab.make_site()
    lab.site.start()
    all_there(lab, [kind for kind in EXPECTED if kind != "scale"], 240)


CASES = {"each_sensor": (case_each_sensor, 9), "unbonded_refused": (case_unbonded_refused, 2),
         "records_and_kills": (case_records_and_kills, 2), "bluetoothd_killed": (case_bluetoothd_killed, 2),
         "one_hung": (case_one_hung, 9)}
SHORT = {"short": (case_short, 4)}


def run(name, build):
    function, controllers = (CASES | SHORT)[name]
    begun, lab, failure = time.monotonic(), None, None
    try:
        lab = Lab(build, controllers)
        function(lab)
    except Exception as error:  # any failure is the case's
        failure = error
        if not isinstance(error, RuntimeError):
            traceback.print_exc()
    finally:
        if lab:
            lab.close()
    verdict = "FAILED" if failure else "ok"
    say(f"{verdict:6} {name}: {function.__doc__} ({time.monotonic() - begun:.0f} s)")
    if failure:
        say(f"    {failure}\n" + "\n".join("    | " + line for line in getattr(lab, "logs", "").splitlines()))
    return failure is None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--build", type=Path)
    options = parser.parse_args()
    if options.list:
        for name, (function, _) in (CASES | SHORT).items():
            print(f"{name}: {function.__doc__}")
        return 0
    LOGS.mkdir(exist_ok=True)
    names = options.cases or (SHORT if options.short else CASES)
    results = [run(name, options.build) for name in names]
    say(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
