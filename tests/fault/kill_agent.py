#!/usr/bin/env python3
"""Kills the real agent with SIGKILL at random moments while a simulated resident is read. What `vitald status` had said
was recorded must be in the store afterwards: at each start, and at the end with every batch opened and no number
missing."""

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from agent_site import AgentSite  # noqa: E402

DRIVERS = [{"driver": "simulated", "id": "ward", "residents": 2, "speed": 20, "seed": 1,
            "scenes": [{"at_s": 5, "for_s": 3600, "resident": 1, "scene": "sos"}]}]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--worker", required=True, help="the program store_work")
    parser.add_argument("--cuts", type=int, default=10, help="how many kills")
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"kill_agent: seed {options.seed}", file=sys.stderr)
    rng, began, promised, kills = random.Random(options.seed), time.monotonic(), 0, 0
    site = AgentSite(options.vitald, options.worker, DRIVERS)
    try:
        while kills < options.cuts and (options.minutes == 0 or time.monotonic() - began < options.minutes * 60):
            site.start()
            status = site.status()
            if status["readings_recorded"] < promised:
                print(f"kill {kills}: {promised} readings had been recorded, {status['readings_recorded']} are there")
                return 1
            site.wait_for("a commit", lambda s: s["readings_recorded"] > status["readings_recorded"])
            until = time.monotonic() + rng.expovariate(2.5)
            while time.monotonic() < until:
                promised = site.status()["readings_recorded"]
            site.kill()
            kills += 1
            if kills % 20 == 0:
                print(f"kill_agent: {kills} of {options.cuts}, {promised} readings", file=sys.stderr)
        found = site.count()
        good = found["recorded"] >= promised and found["readings"] == found["recorded"] and found["missing_batches"] == 0
        print(f"kill_agent: {kills} kills, {promised} readings had been recorded, {found['readings']} are there in "
              f"{found['batches']} batches of {found['epochs']} epochs, {found['missing_batches']} numbers missing; "
              f"seed {options.seed}")
        return 0 if good else 1
    finally:
        site.close()


if __name__ == "__main__":
    sys.exit(main())
