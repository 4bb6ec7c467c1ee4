#!/usr/bin/env python3
"""An agent with a wrapping key, beside a real broker and receiver, is wiped while it runs: its keys are wrapped on the disk, and
then gone with everything else, and the receiver believes the receipt. A wipe that was killed is finished by the next start."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from care_site import Site, run  # noqa: E402  (tests/support, put first on the path)


def site(options):
    made = Site(options.vitald, options.receiver)
    made.drivers = [{"driver": "simulated", "id": "resident", "residents": 1, "ecg_hz": 0, "speed": 20}]
    made.write_agent_config(uplink={"start_s": 0}, commit={"vital_s": 0.1})
    return made


def hand_in_wrapping_key(made):
    """As systemd's LoadCredential= does it."""
    folder = made.folder / "credentials"
    folder.mkdir()
    (folder / "vitald.wrapping-key").write_bytes(os.urandom(32))
    os.environ["CREDENTIALS_DIRECTORY"] = str(folder)


def wrapped_and_wiped(options):
    made = site(options)
    try:
        state = made.folder / "state"
        plain = (state / "device.key").read_text().split()[1]
        made.start()
        made._wait_for("readings", lambda: (made.status() or {"outbox": {"readings_recorded": 0}})["outbox"]["readings_recorded"])
        assert made.status()["keys"] == "plain files"
        assert "keys are plain files" in run(made.vitald, "status", "-c", made.agent_config)
        made.agent.stop()
        hand_in_wrapping_key(made)
        made.agent.start()
        made._wait_for("the agent", made.status)
        assert made.status()["keys"] == "wrapped"
        assert plain not in (state / "device.key").read_text(), "the private key lies on the disk in the clear"
        made.drain()
        del os.environ["CREDENTIALS_DIRECTORY"]  # the command is not the service: the agent vouches for it
        refused = subprocess.run([made.vitald, "wipe", "-c", made.agent_config, "--confirm", "other"], capture_output=True, text=True)
        assert refused.returncode == 2 and (state / "device.key").exists(), refused.stderr
        print(run(made.vitald, "wipe", "-c", made.agent_config, "--confirm", made.device).strip())
        left = sorted(str(f.relative_to(state)) for f in state.rglob("*") if f.is_file())
        assert left == ["wipe-receipt.json"], left
        assert not Path(made.device_files["key"]).exists(), "the TLS key is there"
        assert "wiped" in run(made.receiver_program, "device", "wiped", "-c", made.receiver_config, state / "wipe-receipt.json")
        forged = (state / "wipe-receipt.json").read_text().replace("discarded", "discarder")
        (made.folder / "forged").write_text(forged)
        told = subprocess.run([made.receiver_program, "device", "wiped", "-c", made.receiver_config, made.folder / "forged"])
        assert told.returncode == 1
    finally:
        os.environ.pop("CREDENTIALS_DIRECTORY", None)
        made.close()


def killed_and_finished(options):
    """SIGKILL at a random moment is what a process sees of a power cut; what a disk does is platform_identity_test's part."""
    for milliseconds in (0, 5, 20):
        made = site(options)
        try:
            state = made.folder / "state"
            for number in range(50):
                (state / f"outbox.db.aside-{number}").write_bytes(bytes(100_000))
            command = subprocess.Popen([made.vitald, "wipe", "-c", made.agent_config, "--confirm", made.device],
                                       stdout=subprocess.DEVNULL)
            try:
                command.wait(0.05 + milliseconds / 1000)
            except subprocess.TimeoutExpired:
                command.kill()
                command.wait()
            ordered = (state / "wipe").exists()
            run(made.vitald, "run" if ordered else "wipe", "-c", made.agent_config, *([] if ordered else ["--confirm", made.device]))
            left = sorted(f.name for f in state.rglob("*") if f.is_file())
            assert left == ["wipe-receipt.json"], left
        finally:
            made.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True)
    parser.add_argument("--receiver", required=True)
    options = parser.parse_args()
    wrapped_and_wiped(options)
    killed_and_finished(options)


if __name__ == "__main__":
    sys.exit(main())
