#!/usr/bin/env python3
"""The kernel lab's cases: chips of i2c-stub under the kernel's own IIO and hwmon drivers, an input device of uinput, and
the agent that reads them while they are unplugged and come back. Runs inside the machine that tests/lab/run boots.
Prints one line a case."""

import argparse
import fcntl
import json
import os
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

RETURN_S = 5  # an unplugged device is read again so soon after its node is back, by the guest's own clock


def say(text):
    print(text, flush=True)


def until(what, condition, seconds=240):  # a virtual processor of an emulated machine on a busy one is slow
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise RuntimeError(f"{what}: not within {seconds} s")


def must(fact, holds):
    if not holds:
        raise RuntimeError(fact)


class Agent:
    """vitald with some drivers; its readings, unsealed, are looked up in its store after its end."""

    def __init__(self, program, *drivers):
        self.program, self.folder = program, Path(tempfile.mkdtemp(prefix="lab-agent-"))
        self.config, self.log = self.folder / "vitald.json", self.folder / "log"
        self.config.write_text(json.dumps({
            "device": "lab", "state_dir": str(self.folder), "status_socket": str(self.folder / "status.sock"), "seal": "none",
            "outbox": {"encoding": "json"}, "commit": {"vital_s": 0.2, "waveform_s": 0.2},
            "uplink": {"port": 1, "plain_tcp": True}, "drivers": list(drivers)}))
        key = subprocess.run([program, "keys", "generate", "-c", self.config], check=True, capture_output=True)
        (self.folder / "recipient.pub").write_bytes(key.stdout)
        self.process = subprocess.Popen([program, "run", "-c", self.config], stderr=self.log.open("w"))
        until("the agent's status", lambda: self.status() is not None)

    def status(self):
        must(f"the agent runs: {self.log.read_text()[-600:]}", self.process.poll() is None)
        try:
            with socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(30)
                peer.connect(str(self.folder / "status.sock"))
                peer.sendall(b"status")
                peer.shutdown(socket.SHUT_WR)
                return json.loads(b"".join(iter(lambda: peer.recv(65536), b"")))
        except OSError:
            return None

    def count(self, sensor):
        status = self.status() or {"drivers": []}
        return sum(s["readings"] for d in status["drivers"] for s in d["sensors"] if s["sensor"] == sensor)

    def more(self, sensor, count, seconds=120):
        """Waits for so many further readings; returns how long that took."""
        began, before = time.monotonic(), self.count(sensor)
        until(f"{count} more readings of {sensor}; {self.log.read_text()[-600:]}",
              lambda: self.count(sensor) >= before + count, seconds)
        return time.monotonic() - began

    def end(self):
        """[(sensor, metric, value)] of everything recorded, in its order."""
        self.process.send_signal(signal.SIGTERM)
        must("the agent ends within 20 s", self.process.wait(20) == 0)
        readings = []
        store = sqlite3.connect(self.folder / "outbox.db")
        for table in ("alarm", "vital", "waveform"):
            for (text,) in store.execute(f"SELECT bytes FROM {table} ORDER BY position"):
                readings += rows_of(json.loads(text))
        return readings


def rows_of(document):
    """Readings wherever the document holds rows: objects with sensor, metric and value."""
    if isinstance(document, list):
        return [row for element in document for row in rows_of(element)]
    if not isinstance(document, dict):
        return []
    if {"sensor", "metric", "value"} <= document.keys():
        return [(document["sensor"], document["metric"], document["value"])]
    return [row for element in document.values() for row in rows_of(element)]


class Stub:
    """Chips of i2c-stub."""

    def __init__(self, *addresses):
        subprocess.run(["modprobe", "-r", "i2c-stub"], capture_output=True)
        subprocess.run(["modprobe", "-a", "i2c-dev"], check=True)
        subprocess.run(["modprobe", "i2c-stub", "chip_addr=" + ",".join(map(hex, addresses))], check=True)
        self.bus = until("the stub's bus", self.find)

    def find(self):
        for name in Path("/sys/bus/i2c/devices").glob("i2c-*/name"):
            if "SMBus stub" in name.read_text():
                return name.parent
        return None

    def word(self, address, register, value):
        number = self.bus.name.removeprefix("i2c-")
        subprocess.run(["i2cset", "-f", "-y", number, hex(address), hex(register), hex(value), "w"], check=True)

    def byte(self, address, register, value):
        number = self.bus.name.removeprefix("i2c-")
        subprocess.run(["i2cset", "-f", "-y", number, hex(address), hex(register), hex(value), "b"], check=True)

    def plug(self, name, address):
        (self.bus / "new_device").write_text(f"{name} {address:#x}\n")

    def unplug(self, address):
        (self.bus / "delete_device").write_text(f"{address:#x}\n")


def values(readings, sensor, metric):
    return [value for s, m, value in readings if (s, m) == (sensor, metric)]


def iio_thermometer(vitald):
    """The kernel's mlx90614: the right value, a live change, and unplugged in the middle of a run."""
    subprocess.run(["modprobe", "mlx90614"], check=True)
    stub = Stub(0x5A)
    for register, value in ((0x25, 0), (0x24, 0xFFFF), (0x06, 0x39C1), (0x07, 0x3C80)):
        stub.word(0x5A, register, value)
    stub.plug("mlx90614", 0x5A)
    agent = Agent(vitald, {"driver": "iio", "id": "ear", "name": "mlx90614", "interval_s": 0.2,
                           "channels": [{"channel": "in_temp_object", "metric": "skin_temperature"},
                                        {"channel": "in_temp_ambient", "metric": "room_temperature"}]})
    agent.more("ear", 6)
    stub.word(0x5A, 0x07, 0x3CB2)
    agent.more("ear", 6)
    stub.unplug(0x5A)
    time.sleep(1)
    stub.plug("mlx90614", 0x5A)
    back = agent.more("ear", 1)
    must(f"it is read again {back:.1f} s after its return", back <= RETURN_S)
    agent.more("ear", 4)
    readings = agent.end()
    skin = [float(value) for value in values(readings, "ear", "skin_temperature")]
    must(f"36.61, then 37.61: {sorted(set(skin))}", sorted(set(skin)) == [36.61, 37.61] and skin == sorted(skin))
    room = {float(value) for value in values(readings, "ear", "room_temperature")}
    must(f"ambient 22.47: {room}", room == {22.47})
    return f"{len(skin)} readings, back after {back:.1f} s"


def iio_accelerometer(vitald):
    """The kernel's st_accel on a LIS3DH: m/s2 by its own scale, polled."""
    subprocess.run(["modprobe", "st_accel_i2c"], check=True)
    stub = Stub(0x18)
    stub.byte(0x18, 0x0F, 0x33)
    stub.plug("lis3dh", 0x18)
    device = until("the accelerometer", lambda: next(stub.bus.glob("*-0018/iio:device*"), None))
    for register, value in ((0xA8, 0x00), (0xA9, 0x10), (0xAA, 0x00), (0xAB, 0x00), (0xAC, 0x00), (0xAD, 0x40)):
        stub.byte(0x18, register, value)
    scale = float((device / "in_accel_z_scale").read_text())
    raw = [int((device / f"in_accel_{axis}_raw").read_text()) for axis in "xyz"]
    agent = Agent(vitald, {"driver": "iio", "id": "belt", "name": (device / "name").read_text().strip(), "interval_s": 0.2,
                           "channels": [{"channel": f"in_accel_{a}", "metric": f"acceleration_{a}"} for a in "xyz"]})
    agent.more("belt", 9)
    readings = agent.end()
    for axis, expected in zip("xyz", raw):
        got = {float(value) for value in values(readings, "belt", f"acceleration_{axis}")}
        must(f"{axis}: {got}, {expected} x {scale}", got and all(abs(value - expected * scale) < 0.01 for value in got))
    return f"raw {raw} x {scale}"


def hwmon(vitald):
    """The kernel's lm75 in hwmon."""
    subprocess.run(["modprobe", "lm75"], check=True)
    stub = Stub(0x48)
    stub.word(0x48, 0x00, 0x8019)  # 25.5 Cel, most significant octet first
    stub.plug("lm75", 0x48)
    agent = Agent(vitald, {"driver": "host", "id": "gateway", "interval_s": 1})
    agent.more("gateway-lm75-temp1", 2)
    got = {float(value) for value in values(agent.end(), "gateway-lm75-temp1", "device_temperature")}
    must(f"25.5: {got}", got == {25.5})
    return "25.5 Cel"


class Pendant:
    """An input device of uinput with the key F1."""

    UI_SET_EVBIT, UI_SET_KEYBIT, UI_DEV_SETUP, UI_DEV_CREATE, UI_DEV_DESTROY = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x5502
    EV_SYN, EV_KEY, KEY_F1 = 0, 1, 59

    def __init__(self):
        self.file = os.open("/dev/uinput", os.O_WRONLY)
        fcntl.ioctl(self.file, self.UI_SET_EVBIT, self.EV_KEY)
        fcntl.ioctl(self.file, self.UI_SET_KEYBIT, self.KEY_F1)
        fcntl.ioctl(self.file, self.UI_DEV_SETUP, struct.pack("HHHH80sI", 6, 0x1234, 1, 1, b"Call Pendant", 0))
        fcntl.ioctl(self.file, self.UI_DEV_CREATE)

    def key(self, value):
        for kind, code, number in ((self.EV_KEY, self.KEY_F1, value), (self.EV_SYN, 0, 0)):
            os.write(self.file, struct.pack("qqHHi", 0, 0, kind, code, number))

    def unplug(self):
        fcntl.ioctl(self.file, self.UI_DEV_DESTROY)
        os.close(self.file)


def pendant(vitald):
    """A call pendant: each press is read, also after it was unplugged and came back."""
    subprocess.run(["modprobe", "-a", "uinput", "evdev"], check=True)
    device = Pendant()
    agent = Agent(vitald, {"driver": "evdev", "id": "pendant", "name": "Call Pendant",
                           "keys": [{"id": "sos", "code": 59, "metric": "sos"}]})
    until("the first state", lambda: agent.count("pendant-sos") == 1)
    for count in range(20):
        device.key(1)
        device.key(0)
    until("20 presses", lambda: agent.count("pendant-sos") == 41)
    device.unplug()
    time.sleep(1)
    device = Pendant()
    began = time.monotonic()
    until("its return", lambda: "event" in agent.log.read_text().rsplit("No such device", 1)[-1])
    back = time.monotonic() - began
    must(f"it is read again {back:.1f} s after its return", back <= RETURN_S)
    device.key(1)
    until("the press after it", lambda: agent.count("pendant-sos") == 42)
    got = [int(value) for value in values(agent.end(), "pendant-sos", "sos")]
    must(f"pressed and released in turn: {got}", got == [0] + [1, 0] * 20 + [1])
    return f"{len(got)} readings, back after {back:.1f} s"


def gpio(vitald):
    """A button of gpio-sim, where the kernel has it (Debian's has not)."""
    if subprocess.run(["modprobe", "gpio-sim"], capture_output=True).returncode != 0:
        return "SKIPPED: this kernel has no gpio-sim"
    config = Path("/sys/kernel/config/gpio-sim/lab")
    (config / "bank0").mkdir(parents=True)
    (config / "bank0/num_lines").write_text("2")
    (config / "bank0/label").write_text("lab-gpio")
    (config / "live").write_text("1")
    line = Path("/sys/devices/platform", (config / "dev_name").read_text().strip(),
                (config / "bank0/chip_name").read_text().strip(), "sim_gpio0/pull")
    agent = Agent(vitald, {"driver": "gpio", "id": "room",
                           "lines": [{"id": "sos", "chip": "lab-gpio", "line": "0", "metric": "sos"}]})
    until("the first state", lambda: agent.count("room-sos") == 1)
    for count, pull in ((2, "pull-up"), (3, "pull-down")):
        line.write_text(pull)
        until(pull, lambda count=count: agent.count("room-sos") == count)
    got = [int(value) for value in values(agent.end(), "room-sos", "sos")]
    must(f"0, 1, 0: {got}", got == [0, 1, 0])
    return "pressed and released"


CASES = (iio_thermometer, iio_accelerometer, hwmon, pendant, gpio)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--short", action="store_true", help="all are short")
    parser.add_argument("--build", help="where vitald was built")
    options = parser.parse_args()
    failed = 0
    for case in CASES:
        if options.list:
            say(f"{case.__name__}: {case.__doc__}")
            continue
        if options.cases and case.__name__ not in options.cases:
            continue
        began = time.monotonic()
        try:
            told = case(f"{options.build}/agent/vitald")
            say(f"good   {case.__name__} ({time.monotonic() - began:.0f} s): {told}")
        except Exception:
            failed += 1
            say(f"FAILED {case.__name__}: {traceback.format_exc()}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
