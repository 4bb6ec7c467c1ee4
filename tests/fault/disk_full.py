#!/usr/bin/env python3
"""A file system of 2 MB that other data fills. The quota must never be exceeded by a byte; while the disk is full the
agent runs on and keeps the newest alarms; when space returns it must write again within 5 s, by itself.

Needs root, to mount a tmpfs of 2 MB; says SKIPPED and ends well without."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from agent_site import AgentSite, is_root  # noqa: E402

# A pendant that is pressed and let go every two simulated seconds.
SCENES = [{"at_s": at, "for_s": 1, "resident": 1, "scene": "sos"} for at in range(2, 3000, 2)]
DRIVERS = [{"driver": "simulated", "id": "ward", "speed": 5, "ecg_hz": 250, "seed": 1, "scenes": SCENES}]
PATIENCE = 5.0  # seconds from the return of space to the first commit


class SmallDisk:
    def __init__(self, megabytes):
        self.folder = Path(tempfile.mkdtemp(prefix="vitald-small-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(self.folder)], check=True)

    def fill(self):
        """Other people's data takes what is left, to the last block."""
        with open(self.folder / "others", "ab", buffering=0) as others:
            for size in (65536, 4096, 512, 1):
                try:
                    while others.write(b"x" * size):
                        pass
                except OSError:
                    pass

    def free(self):
        os.unlink(self.folder / "others")

    def close(self):
        subprocess.run(["umount", "-l", str(self.folder)], check=False)
        self.folder.rmdir()


def quota_held(options):
    """Past the quota, on a disk that has more room than that and on one that has less."""
    results = []
    for quota_kb, what in ((1024, "under"), (1984, "almost the disk's own"), (4096, "above")):
        disk = SmallDisk(2)
        try:
            done = subprocess.run([options.worker, "fill", str(disk.folder / "outbox.db"), "--quota-kb", str(quota_kb),
                                   "--batches", "4000", "--seed", str(options.seed)], capture_output=True, text=True)
            if done.returncode:
                print(f"disk_full: quota {quota_kb} KB ({what}): {done.stdout}{done.stderr}")
                return False
            results.append((quota_kb, json.loads(done.stdout)))
        finally:
            disk.close()
    for quota_kb, found in results:
        print(f"disk_full: 2 MB disk, quota {quota_kb} KB: at most {found['most_bytes']} bytes, {found['alarms_kept']} "
              f"of {found['alarms']} alarms kept, {found['commits_refused']} commits refused")
    return True


def comes_back(options, rng):
    """Seconds that the agent took to commit after space had returned; None when an alarm is missing."""
    disk = SmallDisk(2)
    site = AgentSite(options.vitald, options.worker, DRIVERS, state=disk.folder, outbox={"quota_mb": 2})
    try:
        site.start()
        site.wait_for("the first alarms", lambda s: s["readings_recorded"] > 500)
        disk.fill()
        site.wait_for("a full disk", lambda s: s["error"] is not None, 120)
        time.sleep(rng.uniform(3, 8))
        before = site.status()
        disk.free()
        freed = time.monotonic()
        site.wait_for("a commit", lambda s: s["error"] is None and s["readings_recorded"] > before["readings_recorded"], 30)
        took = time.monotonic() - freed
        pressed = site.readings_of("ward-1-pendant")
        site.end()
        found = site.count()
        print(f"disk_full: written again {took:.2f} s after space returned; the pendant had told {pressed} alarms, "
              f"{found['alarms']} are in the store; {found['missing_batches']} numbers missing, {found['lost']} readings "
              f"of lower classes told lost")
        return took if found["alarms"] >= pressed else None
    finally:
        site.close()
        disk.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--worker", required=True, help="the program store_work")
    parser.add_argument("--cuts", type=int, default=1, help="how often the disk is filled under the agent")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    if not is_root():
        print("SKIPPED: disk_full: needs root, to mount a small disk")
        return 0
    print(f"disk_full: seed {options.seed}", file=sys.stderr)
    rng, began = random.Random(options.seed), time.monotonic()
    if not quota_held(options):
        return 1
    for _ in range(options.cuts):
        took = comes_back(options, rng)
        if took is None or took > PATIENCE:
            return 1
        if options.minutes and time.monotonic() - began > options.minutes * 60:
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
