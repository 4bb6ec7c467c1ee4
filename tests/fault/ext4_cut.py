#!/usr/bin/env python3
"""Power cuts under a real ext4. qemu-storage-daemon logs every write and flush of a disk (blklogwrites) and exports it
as a FUSE file; a loop device and an ext4 of the running kernel lie on it, and the product's store code works there. Then
disks are made as a cut could have left them: everything before the last finished flush, and of the later writes none,
all, the first ones or any, some of them torn. Each is mounted, so that the kernel replays its journal, and the store
must hold every batch that had been promised before that flush.

Needs qemu-storage-daemon, root, loop devices and /dev/fuse; says SKIPPED and ends well where one is missing."""

import argparse
import contextlib
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MIB = 1 << 20
DISK, FS_AT, FS_SIZE, PROMISE_AT = 28 * MIB, 1 * MIB, 24 * MIB, 26 * MIB
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8  # dm-log-writes
LOG_MAGIC = 0x6A736677736872


def missing():
    """What this machine lacks, or nothing."""
    for program in ("qemu-storage-daemon", "losetup", "mke2fs"):
        if not shutil.which(program):
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "needs root, for a loop device and mount"
    for device in ("/dev/fuse", "/dev/loop-control"):
        if not os.path.exists(device):
            return f"{device} is not here"
    return None


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


@contextlib.contextmanager
def loop(file, offset, size):
    device = run("losetup", "-f", "--show", "-o", offset, "--sizelimit", size, file)
    try:
        yield device
    finally:
        run("losetup", "-d", device)


@contextlib.contextmanager
def mounted(device, folder, options):
    run("mount", "-t", "ext4", "-o", options, device, folder)
    try:
        yield folder
    finally:
        for attempt in range(50):  # a loop device of a mount that has just gone may be busy for a moment
            if subprocess.run(["umount", str(folder)], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{folder} cannot be unmounted")


@contextlib.contextmanager
def logged_disk(work):
    disk, log, export = work / "disk.img", work / "write.log", work / "export"
    log.write_bytes(b"")
    export.touch()
    daemon = subprocess.Popen(
        ["qemu-storage-daemon",
         "--blockdev", f"driver=file,node-name=disk,filename={disk}",
         "--blockdev", f"driver=file,node-name=log,filename={log}",
         "--blockdev", "driver=blklogwrites,node-name=logged,file=disk,log=log,log-sector-size=512",
         "--export", f"type=fuse,id=export,node-name=logged,mountpoint={export},writable=on"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 10
        while export.stat().st_size != DISK:
            if daemon.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"no FUSE export: {daemon.stderr.read().decode() if daemon.poll() else 'timeout'}")
            time.sleep(0.02)
        yield export
    finally:
        daemon.terminate()
        daemon.wait()


def record(work, options, seed):
    """One run of the writer on a fresh disk. Leaves base.img and write.log."""
    disk = work / "disk.img"
    with open(disk, "wb") as file:
        file.truncate(DISK)
    run("mke2fs", "-q", "-t", "ext4", "-E", f"offset={FS_AT}", disk, f"{FS_SIZE // MIB}M")
    shutil.copy(disk, work / "base.img")
    folder = work / "mnt"
    folder.mkdir(exist_ok=True)
    with logged_disk(work) as export, loop(export, FS_AT, FS_SIZE) as file_system, \
            loop(export, PROMISE_AT, MIB) as promises:
        with mounted(file_system, folder, options.mount):
            command = [options.worker, "write", folder / "outbox.db", "--promise", promises, "--seed", seed,
                       "--batches", options.batches] + (["--normal"] if options.normal else [])
            written = subprocess.run([str(c) for c in command], capture_output=True, text=True)
            if not written.stdout.endswith("done\n"):
                raise RuntimeError(f"the writer failed: {written.stdout[-200:]} {written.stderr[-200:]}")


def entries(log):
    """(flags, offset, data) of every write, in the order of the log."""
    with open(log, "rb") as file:
        magic, version, count, sector = struct.unpack("<QQQI", file.read(28))
        if magic != LOG_MAGIC or version != 1:
            raise RuntimeError("not a log of writes")
        file.seek(sector)
        for _ in range(count):
            header = file.read(sector)
            if len(header) < 32:
                return
            at, sectors, flags, length = struct.unpack("<QQQQ", header[:32])
            if flags & MARK:
                file.seek(-(-length // sector) * sector, 1)
                continue
            data = bytes(sectors * sector) if flags & DISCARD else file.read(sectors * sector)
            yield flags, at * sector, data


def torn(data, options, rng):
    """Pieces of a write: each arrives or not; with --garbage some as garbage."""
    for at in range(0, len(data), options.atomic):
        piece = data[at:at + options.atomic]
        luck = rng.random()
        if luck < 0.55:
            yield at, piece
        elif luck < 0.65 and options.garbage:
            yield at, rng.randbytes(len(piece))


def left_by_cut(disk, pending, options, rng):
    """The disk as a cut leaves it."""
    image = bytearray(disk)
    how = rng.choice(["none", "all", "prefix", "some", "torn"])
    first = rng.randrange(len(pending) + 1)
    for index, (at, data) in enumerate(pending):
        if how == "none" or (how == "prefix" and index >= first) or (how == "some" and rng.random() < 0.5):
            continue
        pieces = torn(data, options, rng) if how == "torn" else [(0, data)]
        for offset, piece in pieces:
            image[at + offset:at + offset + len(piece)] = piece
    return image, how


def verified(work, device, image, promise, options):
    """None when the store on the image keeps the promise, else what is wrong. The loop device is of cut.img."""
    with open(work / "cut.img", "r+b") as file:
        file.write(memoryview(image)[FS_AT:FS_AT + FS_SIZE])
    try:
        with mounted(device, work / "mnt", "defaults") as folder:
            done = subprocess.run([str(options.worker), "verify", str(folder / "outbox.db"), "--receipted",
                                   str(promise[0]), "--accepted", str(promise[1])], capture_output=True, text=True)
            return None if done.returncode == 0 else (done.stdout + done.stderr).strip()
    except RuntimeError as error:
        return str(error)


def replay(work, device, cuts, options, rng):
    """Cuts at random entries of the log; yields what was wrong with each, or None."""
    log = list(entries(work / "write.log"))
    disk = bytearray((work / "base.img").read_bytes())
    chosen = sorted(rng.choices(range(len(log)), k=cuts))
    pending, given = [], (0, 0)
    for index, (flags, at, data) in enumerate(log):
        while chosen and chosen[0] == index:
            chosen.pop(0)
            image, how = left_by_cut(disk, pending, options, rng)
            wrong = verified(work, device, image, given, options)
            yield wrong and f"cut at entry {index} ({how}, {len(pending)} writes open, promised {given}): {wrong}"
        if flags & FLUSH:
            for offset, piece in pending:
                disk[offset:offset + len(piece)] = piece
            pending = []
        if at <= PROMISE_AT < at + len(data):
            sector = data[PROMISE_AT - at:]
            if sector[:8] == b"PROMISE1":
                given = struct.unpack("<QQ", sector[8:24])
            continue  # the promises are no part of the disk that is cut
        if data and flags & FUA:
            disk[at:at + len(data)] = data
        elif data:
            pending.append((at, data))


def all_cuts(work, options, rng):
    with open(work / "cut.img", "wb") as file:
        file.truncate(FS_SIZE)
    with loop(work / "cut.img", 0, FS_SIZE) as device:
        for done in range(0, options.cuts, options.cuts_a_disk):
            record(work, options, rng.randrange(1 << 32))
            yield from replay(work, device, min(options.cuts_a_disk, options.cuts - done), options, rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", required=True, help="the program store_work")
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--batches", type=int, default=400, help="written to each disk")
    parser.add_argument("--cuts-a-disk", type=int, default=100)
    parser.add_argument("--atomic", type=int, default=4096, help="bytes that a disk writes whole or not at all")
    parser.add_argument("--mount", default="defaults", help="options of the file system while it is written")
    parser.add_argument("--garbage", action="store_true", help="torn pieces may hold garbage: such a disk damages bytes "
                        "next to new ones, which SQLite takes for impossible (powersafe overwrite), and so do we")
    parser.add_argument("--normal", action="store_true", help="the store with synchronous=NORMAL, to see it lose")
    parser.add_argument("--expect-loss", action="store_true", help="succeed only when something was lost")
    options = parser.parse_args()
    if reason := missing():
        print(f"SKIPPED: ext4_cut: {reason}")
        return 0
    print(f"ext4_cut: seed {options.seed}", file=sys.stderr)
    rng, began, cuts, bad = random.Random(options.seed), time.monotonic(), 0, 0
    work = Path(tempfile.mkdtemp(prefix="vitald-ext4-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    try:
        for wrong in all_cuts(work, options, rng):
            cuts += 1
            if wrong:
                bad += 1
                if bad <= 20:
                    print(wrong)
            if cuts % 200 == 0:
                print(f"ext4_cut: {cuts} of {options.cuts}, {bad} bad", file=sys.stderr)
            if options.minutes and time.monotonic() - began > options.minutes * 60:
                break
    finally:
        shutil.rmtree(work, ignore_errors=True)
    seconds = time.monotonic() - began
    print(f"ext4_cut: {cuts} cuts, {bad} with something lost or wrong, {cuts / seconds:.1f} cuts a second; mount "
          f"{options.mount}, synchronous {'NORMAL' if options.normal else 'as the product'}, seed {options.seed}")
    return 0 if (bad > 0) == options.expect_loss else 1


if __name__ == "__main__":
    sys.exit(main())
