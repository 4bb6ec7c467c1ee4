#!/usr/bin/env python3
"""The units are as closed as promised, the configurations that are installed are right, the manual pages name every command, and
every file that the build installs is in a package."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
SYSTEMD = TOP / "toolchains/systemd"
# systemd's own measure, 0 (closed) to 10: tenths.
LIMITS = {"vitald.service": 12, "vitald-driver@.service": 6, "vitald-receiver.service": 12, "vitald-wipe.service": 20}


def output(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True)


def scores():
    if not shutil.which("systemd-analyze"):
        print("SKIPPED: systemd-analyze is not installed")
        return
    for unit, limit in LIMITS.items():
        asked = output("systemd-analyze", "security", "--offline=yes", f"--threshold={limit}", SYSTEMD / unit)
        told = asked.stdout.strip().splitlines()[-1] if asked.stdout else asked.stderr
        print(unit, told)
        assert asked.returncode == 0, f"{unit} is above {limit / 10}"
    with tempfile.TemporaryDirectory() as folder:  # a driver with a device node is no more open
        unit = Path(folder) / "vitald-driver@.service"
        lines = [l for l in (SYSTEMD / "vitald-driver@.service").read_text().splitlines() if not l.startswith("PrivateDevices")]
        drop_in = [l for l in (SYSTEMD / "serial.conf").read_text().splitlines() if "=" in l and not l.startswith("#")]
        at = lines.index("[Service]") + 1
        unit.write_text("\n".join(lines[:at] + drop_in + lines[at:]) + "\n")
        asked = output("systemd-analyze", "security", "--offline=yes", "--threshold=6", unit)
        print("with a serial port", asked.stdout.strip().splitlines()[-1])
        assert asked.returncode == 0


def commands(program):
    """The subcommands that its help names."""
    text = output(program, "--help").stdout.partition("Subcommands:\n")[2].partition("\n\n")[0]
    return {m.group(1) for line in text.splitlines() if (m := re.match(r"  ([a-z-]+) ", line))}


def manuals(programs):
    for program in programs:
        page = (TOP / "toolchains/man" / f"{program.name}.8").read_text()
        told = set(re.findall(r"^\.It Cm ([a-z-]+)$", page, re.M))
        assert told == commands(program), f"{program.name}.8: {sorted(told ^ commands(program))}"


def configurations(programs):
    for program, name in zip(programs, ("vitald.json", "receiver.json")):
        checked = output(program, "check", SYSTEMD / name)
        assert checked.returncode == 0, checked.stderr


def files():
    """By name: what CMake installs, and what the packages take."""
    packed = {Path(line).name for part in ("vitald", "vitald-receiver")
              for line in (TOP / f"toolchains/debian/{part}.install").read_text().split()}
    for unit in SYSTEMD.glob("*.service"):
        assert unit.name in packed, f"{unit.name} is in no package"
        text = unit.read_text()
        for path in re.findall(r"ExecStart=(\S+)", text):
            assert Path(path).name in packed, f"{unit.name} starts {path}, which no package has"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True, type=Path)
    parser.add_argument("--receiver", required=True, type=Path)
    options = parser.parse_args()
    programs = (options.vitald, options.receiver)
    scores()
    manuals(programs)
    configurations(programs)
    files()


if __name__ == "__main__":
    sys.exit(main())
