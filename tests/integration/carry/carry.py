#!/usr/bin/env python3
"""The real programs and a real broker, each case with a site of its own, every reading accounted for:

rotation   the recipient's key is changed while the outbox is full, and it drains completely
carrying   no link at all: export, import, receipts carried back, with and without a running agent
gap        a receiver that lost rows of its ledger has them again
outbox     `vitald outbox` beside a running agent and without one

Ends with status 0 only when all of it holds."""

import argparse
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from care_site import Site, run  # noqa: E402  (tests/support, put first on the path)

SIMULATED = {"driver": "simulated", "id": "resident", "residents": 1, "ecg_hz": 0, "speed": 20}


class Ward(Site):
    """A site that keeps its settings at hand."""

    def __init__(self, options):
        super().__init__(options.vitald, options.receiver)
        self.drivers = [SIMULATED]
        self.configure_agent()
        self.configure_receiver(ask_again_s=1)

    def configure_agent(self):
        self.write_agent_config(uplink={"start_s": 0, "first_connect_s": 0.2, "backoff_cap_s": 1, "resend_s": 2},
                                commit={"vital_s": 0.1, "waveform_s": 0.1})

    def configure_receiver(self, **more):
        settings = json.loads(self.receiver_config.read_text()) | more
        self.receiver_config.write_text(json.dumps(settings))

    def tell(self, *arguments, status=0):
        """Runs a subcommand of vitald, which must end with that status; its output and its errors."""
        return self._tell(self.vitald, self.agent_config, arguments, status)

    def tell_receiver(self, *arguments, status=0):
        return self._tell(self.receiver_program, self.receiver_config, arguments, status)

    def _tell(self, program, config, arguments, status):
        command = [str(program), *map(str, arguments), "-c", str(config)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != status:
            raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout if "--json" in arguments else done.stdout + done.stderr

    def record(self, batches):
        """Until so many batches wait, nothing taking them."""
        self._wait_for("batches", lambda: (self.status() or {"outbox": {"batches": 0}})["outbox"]["batches"] >= batches, 60)

    def quiet_agent(self):
        """An agent that only sends: what is recorded does not grow any more."""
        self.agent.stop()
        self.drivers = []
        self.configure_agent()

    def accounted(self):
        """Every reading of the outbox is in the receiver's database, once, and it finds no fault in itself."""
        outbox = json.loads(self.tell("outbox", "stats", "--json"))
        stats = self.receiver_stats()
        lost = [entry for entry in outbox["lost"] if entry["reason"] != "sensor_absent"]
        assert outbox["readings"] == 0 and lost == [], outbox
        assert stats["readings"] == outbox["readings_recorded"], (stats, outbox)
        assert stats["conflicts"] == 0 and stats["gaps"] == 0, stats
        assert self.tell_receiver("verify").endswith(" 0 faults\n")
        return stats


def rotation(ward):
    ward.start_broker()
    ward.agent.start()
    ward.record(60)
    ward.quiet_agent()
    waiting = json.loads(ward.tell("outbox", "stats", "--json"))
    assert len(waiting["recipients"]) == 1, waiting

    former = ward.folder / "receiver-keys" / "recipient.key"
    new = ward.folder / "keys-of-next-year"
    public = run(ward.receiver_program, "keys", "generate", new)
    ward.configure_receiver(keys=str(new), former_keys=[str(former)])
    (ward.folder / "state" / "recipient.pub").write_text(public)
    ward.drivers = [SIMULATED]
    ward.configure_agent()
    ward.agent.start()  # before the receiver: nobody hears its inventory
    ward.record(waiting["batches"] + 10)
    both = json.loads(ward.tell("outbox", "stats", "--json"))
    assert len(both["recipients"]) == 2, both
    ward.quiet_agent()
    ward.agent.start()
    ward._wait_for("the link", lambda: ward.status() and ward.status()["uplink"]["last_puback_age_s"] is not None)
    ward.receiver.start()
    ward.drain(90)
    ward.agent.stop()
    stats = ward.accounted()
    assert sum(stats["refused"].values()) == 0, stats
    print(f"  {both['batches']} batches, {waiting['batches']} of them sealed to the former key: all drained")


def carrying(ward):
    ward.agent.start()  # no broker anywhere
    ward.record(40)
    parcel, receipts = ward.folder / "ward.parcel", ward.folder / "ward.receipts"
    ward.tell("export", parcel)
    first = json.loads(ward.tell_receiver("import", parcel, "--receipts", receipts, "--json"))
    assert first["stored"] >= 40 and first["known"] == 0 and first["refused"] == {}, first
    again = json.loads(ward.tell_receiver("import", parcel, "--receipts", receipts, "--json"))
    assert again["stored"] == 0 and again["known"] == first["stored"], again
    taken = json.loads(ward.tell("import-receipts", receipts, "--json"))
    assert taken["confirmed_batches"] == first["stored"], taken
    assert json.loads(ward.tell("import-receipts", receipts, "--json"))["confirmed_batches"] == 0

    bad_files(ward, parcel, receipts)
    ward.agent.stop()
    rest, back = ward.folder / "rest.parcel", ward.folder / "rest.receipts"
    ward.tell("export", rest)
    json.loads(ward.tell_receiver("import", rest, "--receipts", back, "--json"))
    assert "still wait" in ward.tell("import-receipts", back)
    stats = ward.accounted()
    print(f"  {stats['batches']} batches carried in two files: complete, nothing double")


def bad_files(ward, parcel, receipts):
    """Each is refused with a reason and moves nothing."""
    before = ward.receiver_stats()["batches"]
    for name, file, tell in (("parcel", parcel, lambda f: ward.tell_receiver("import", f, status=1)),
                             ("receipts", receipts, lambda f: ward.tell("import-receipts", f, status=1))):
        whole = file.read_bytes()
        middle = len(whole) // 2
        for kind, content in (("cut off", whole[:middle]), ("empty", b""), ("foreign", b"GIF89a" * 100),
                              ("changed", whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:])):
            bad = ward.folder / f"bad.{name}"
            bad.write_bytes(content)
            said = tell(bad)
            assert str(bad) in said and len(said) < 400, (kind, said)
    assert "import-receipts" in ward.tell_receiver("import", receipts, status=1)
    assert "vitald-receiver import" in ward.tell("import-receipts", parcel, status=1)
    assert ward.receiver_stats()["batches"] == before


def gap(ward):
    ward.start()
    ward._wait_for("batches", lambda: ward.receiver_stats()["batches"] >= 20, 60)
    ward.quiet_agent()
    ward.agent.start()
    ward.drain(60)
    ward.receiver.stop()
    before = ward.receiver_stats()
    with sqlite3.connect(ward.folder / "receiver.db") as ledger:
        lost = ledger.execute("DELETE FROM batch WHERE number % 3 = 0").rowcount
    ledger.close()
    assert lost > 3, lost
    ward.receiver.start()
    ward._wait_for("the lost batches", lambda: ward.receiver_stats()["batches"] == before["batches"], 60)
    ward.agent.stop()
    after = ward.accounted()
    assert after["readings"] == before["readings"], (before, after)
    print(f"  {lost} of {before['batches']} batches lost and fetched again")


def outbox(ward):
    assert "has the agent run" in ward.tell("outbox", "stats", status=1)
    ward.agent.start()
    ward.record(10)
    beside = json.loads(ward.tell("outbox", "verify", "--json"))
    assert beside["batches"] >= 10 and beside["damaged_batches"] == 0, beside
    assert "batches salvaged" in ward.tell("outbox", "salvage")
    second = subprocess.run([str(ward.vitald), "run", "-c", str(ward.agent_config)], capture_output=True, text=True)
    assert second.returncode == 1 and f"process {ward.agent.child.pid}" in second.stderr, second
    ward.agent.stop()
    alone = json.loads(ward.tell("outbox", "verify", "--json"))
    assert alone["batches"] >= beside["batches"], (beside, alone)
    damage(ward)
    print(f"  {alone['batches']} batches verified; a damaged one found and named")


def damage(ward):
    """A row that is not what was written is found, and becomes a loss record."""
    with sqlite3.connect(ward.folder / "state" / "outbox.db") as store:
        store.execute("UPDATE vital SET bytes = zeroblob(length(bytes)) WHERE position = (SELECT min(position) FROM vital)")
    store.close()
    assert json.loads(ward.tell("outbox", "verify", "--json", status=1))["damaged_batches"] == 1
    assert json.loads(ward.tell("outbox", "verify", "--json"))["damaged_batches"] == 0
    assert any(loss["reason"] == "corrupt" for loss in json.loads(ward.tell("outbox", "stats", "--json"))["lost"])


def main():
    cases = (rotation, carrying, gap, outbox)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vitald", required=True, help="the agent's program")
    parser.add_argument("--receiver", required=True, help="the receiver's program")
    parser.add_argument("cases", nargs="*", choices=[c.__name__ for c in cases] + [[]], help="default: all")
    options = parser.parse_args()
    for case in cases:
        if options.cases and case.__name__ not in options.cases:
            continue
        print(case.__name__, flush=True)
        ward = Ward(options)
        good = False
        try:
            case(ward)
            good = True
        finally:
            ward.close(keep=not good)
            if not good:
                print(f"FAILED; logs and databases: {ward.folder}\n{ward.agent.tail()}\n{ward.receiver.tail()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
