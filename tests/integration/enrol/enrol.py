#!/usr/bin/env python3
"""A device with nothing but a claim certificate and a one-time code is enrolled over a real broker whose list of permissions lets
the claim do nothing else; its readings arrive under the new identity, and it listens on no port; it renews its certificate by its own
key, and with a wrapping key the new TLS key lies wrapped on the disk."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from care_site import Process, Site, run  # noqa: E402  (tests/support, put first on the path)

ACL = """user claim
topic write vitald/v1/+/enrol
topic read vitald/v1/+/enrolled

user receiver
topic readwrite #

pattern write vitald/v1/%u/+
pattern read vitald/v1/%u/+
"""


class Unenrolled(Site):
    """A site whose device has no certificate, key or recipient yet."""

    def _exchange_keys(self):
        run(self.receiver_program, "keys", "generate", "-c", self.receiver_config)
        settings = json.loads(self.receiver_config.read_text())
        self.receiver_config.write_text(json.dumps(settings))
        run(self.receiver_program, "migrate", "-c", self.receiver_config)

    def _make_broker(self):
        super()._make_broker()
        (self.folder / "acl").write_text(ACL)
        config = self.folder / "mosquitto.conf"
        config.write_text(config.read_text() + f"acl_file {self.folder / 'acl'}\n")

    def trust_desk(self):
        """The broker lets in what the site's authority or the desk's has signed."""
        ours = Path(self.server_files["ca"])
        both = self.folder / "both.crt"
        both.write_text(ours.read_text() + run(self.receiver_program, "enrol", "ca", "-c", self.receiver_config))
        config = self.folder / "mosquitto.conf"
        config.write_text(config.read_text().replace(str(ours), str(both)))


def claim_files(site):
    claim = site.folder / "certificates"
    key, request, certificate = (claim / f"claim.{end}" for end in ("key", "csr", "crt"))
    run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=claim",
        "-keyout", key, "-out", request)
    run("openssl", "x509", "-req", "-in", request, "-CA", claim / "ca.crt", "-CAkey", claim / "ca.key", "-CAcreateserial",
        "-days", "1", "-out", certificate)
    return certificate, key


def listening(pid):
    """The process's sockets that anybody could reach: TCP that listens, UDP that is bound."""
    own = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(os.readlink(descriptor))
        except FileNotFoundError:
            pass
    found = []
    for table, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        path = Path(f"/proc/{pid}/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            cells = line.split()
            if cells[3] == state and f"socket:[{cells[9]}]" in own:
                found.append(f"{table} {cells[1]}")
    return found


def hand_in_wrapping_key(site):
    """As systemd's LoadCredential= does it."""
    folder = site.folder / "credentials"
    folder.mkdir()
    (folder / "vitald.wrapping-key").write_bytes(os.urandom(32))
    os.environ["CREDENTIALS_DIRECTORY"] = str(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True)
    parser.add_argument("--receiver", required=True)
    options = parser.parse_args()
    site = Unenrolled(options.vitald, options.receiver)
    desk = Process("desk", [site.receiver_program, "enrol", "run", "-c", site.receiver_config], site.folder)
    try:
        certificate, key = claim_files(site)
        site.drivers = [{"driver": "simulated", "id": "resident", "residents": 1, "ecg_hz": 0, "speed": 20}]
        site.write_agent_config(uplink={"start_s": 0, "tls": {"ca": site.device_files["ca"], "certificate": "", "key": ""}},
                                commit={"vital_s": 0.1})
        site.trust_desk()
        site.start_broker()
        desk.start()
        code = run(site.receiver_program, "enrol", "code", "-c", site.receiver_config, site.device).strip()
        wrong = subprocess.run([site.vitald, "enrol", "-c", site.agent_config, "--claim", certificate, "--claim-key", key,
                                "--code", "WRONG", "--within", "4"], capture_output=True, text=True)
        assert wrong.returncode == 1 and "not authentic" in wrong.stderr, wrong
        print(run(site.vitald, "enrol", "-c", site.agent_config, "--claim", certificate, "--claim-key", key, "--code", code,
                  "--within", "30").strip())
        assert not key.exists(), "the claim's key is still there"
        slots = site.folder / "state" / "identity"
        assert (slots / "current").readlink() == Path("1")

        site.receiver.start()
        site.agent.start()
        site._wait_for("readings", lambda: site.receiver_stats()["readings"] > 0, 60)
        status = site.status()
        assert status["uplink"]["state"] == "connected", status["uplink"]
        assert listening(site.broker.child.pid), "the broker's port is not seen either"
        assert not listening(site.agent.child.pid), listening(site.agent.child.pid)

        # By its own key, as the agent does it when its time has come.
        site.agent.stop()
        assert "ENCRYPTED" not in (slots / "1" / "device.key").read_text()
        hand_in_wrapping_key(site)
        run(site.vitald, "enrol", "-c", site.agent_config, "--within", "30")
        assert (slots / "current").readlink() == Path("2")
        assert not (slots / "1" / "device.key").exists(), "the former key is still there"
        assert "ENCRYPTED" in (slots / "2" / "device.key").read_text(), "the TLS key lies on the disk in the clear"
        before = site.receiver_stats()["readings"]
        site.agent.start()
        site._wait_for("readings under the new certificate", lambda: site.receiver_stats()["readings"] > before, 60)
    except BaseException:
        print(desk.tail(), site.agent.tail(), site.broker.tail(), sep="\n--\n")
        raise
    finally:
        os.environ.pop("CREDENTIALS_DIRECTORY", None)
        desk.kill()
        site.close()


if __name__ == "__main__":
    sys.exit(main())
