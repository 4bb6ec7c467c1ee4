#!/usr/bin/env python3
"""Kills a whole virtual machine while the product's store code writes in it. The guest is Debian's own kernel under plain
emulation (TCG) with an initial RAM disk made here: busybox, the modules of ext4 and virtio, and the program store_work
with its libraries. The store lies on an ext4 of a raw disk that QEMU writes past the host's cache. At a random moment QEMU
gets SIGKILL: the guest's memory is gone. Then the disk is mounted, its journal replayed, and the store must hold every
batch that the guest had promised over its console.

It needs: qemu-system-x86_64, busybox (static), cpio, mke2fs, a kernel in /boot with its modules (linux-image-amd64), and
root for mounting; says SKIPPED and ends well where one is missing. The RAM disk is kept in --cache."""

import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODULES = ("virtio_pci", "virtio_blk", "ext4", "crc32c_generic")
PROGRAMS = ("qemu-system-x86_64", "busybox", "cpio", "mke2fs", "modinfo", "losetup")
DISK_MB, BOOT_PATIENCE = 48, 180

INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /data
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
while read -r module; do /bin/busybox insmod "$module"; done < /modules
for i in 1 2 3 4 5 6 7 8 9 10; do [ -b /dev/vda ] && break; /bin/busybox sleep 0.2; done
/bin/busybox mount -t ext4 /dev/vda /data
exec /store_work write /data/outbox.db $(/bin/busybox cat /proc/cmdline | /bin/busybox sed 's/.*work://')
"""


def kernel():
    """(kernel, its modules' folder) of the newest Debian kernel installed."""
    for image in sorted(Path("/boot").glob("vmlinuz-*"), reverse=True):
        modules = Path("/lib/modules") / image.name.removeprefix("vmlinuz-")
        if modules.is_dir():
            return image, modules
    return None


def missing():
    for program in PROGRAMS:
        if not shutil.which(program):
            return f"{program} is not installed"
    if not kernel():
        return "no kernel with modules in /boot (linux-image-amd64)"
    if os.geteuid() != 0:
        return "needs root, to mount the guest's disk"
    return None


def module_files(release):
    """The modules in the order of loading, each after those it needs."""
    files = []

    def add(name):
        shown = subprocess.run(["modinfo", "-k", release, "-F", "filename", name], capture_output=True, text=True)
        file = shown.stdout.strip()
        if shown.returncode or file.startswith("(builtin)") or file in files:
            return
        needs = subprocess.run(["modinfo", "-k", release, "-F", "depends", name], capture_output=True, text=True)
        for need in filter(None, needs.stdout.strip().split(",")):
            add(need)
        files.append(file)

    for name in MODULES:
        add(name)
    return files


def libraries(program):
    shown = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r"(/\S+\.so\S*)", shown)))


def ram_disk(worker, cache):
    """The initial RAM disk's file; made when the program or the kernel is another than the last time."""
    image, modules = kernel()
    mark = hashlib.sha256(Path(worker).read_bytes() + image.name.encode() + INIT.encode()).hexdigest()[:16]
    file = cache / f"initrd-{mark}.img"
    if file.exists():
        return file
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "bin").mkdir()
        shutil.copy(shutil.which("busybox"), root / "bin/busybox")
        shutil.copy(worker, root / "store_work")
        subprocess.run(["strip", str(root / "store_work")], check=True)
        for library in libraries(worker):
            target = root / library.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        files = module_files(modules.name)
        for number, module in enumerate(files):
            shutil.copy(module, root / f"{number}.ko")
        (root / "modules").write_text("".join(f"/{number}.ko\n" for number in range(len(files))))
        (root / "init").write_text(INIT)
        (root / "init").chmod(0o755)
        names = subprocess.run(["find", "."], cwd=root, capture_output=True, check=True).stdout
        packed = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=root, input=names, capture_output=True,
                                check=True).stdout
        file.write_bytes(packed)
    return file


def boot(disk, initrd, console, arguments):
    image, _ = kernel()
    return subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "tcg", "-M", "q35", "-cpu", "max", "-m", "384", "-smp", "1", "-nodefaults",
         "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none", "-kernel", str(image), "-initrd",
         str(initrd), "-append", f"console=ttyS0 quiet loglevel=1 mitigations=off nokaslr panic=-1 work:{arguments}",
         "-drive", f"if=none,id=d,file={disk},format=raw,cache.direct=on", "-device", "virtio-blk-pci,drive=d",
         "-serial", f"file:{console}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def promised(console):
    """The last whole promise on the console: (receipted, accepted), or None."""
    found = re.findall(rb"promise (\d+) (\d+)\r?\n", console.read_bytes())
    return tuple(map(int, found[-1])) if found else None


def wait_for_work(machine, console, beyond):
    until = time.monotonic() + BOOT_PATIENCE
    while True:
        promise = promised(console) if console.exists() else None
        if promise and promise[1] > beyond:
            return
        if machine.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the guest does not work: {console.read_text(errors='replace')[-500:]}")
        time.sleep(0.05)


def verified(work, disk, worker, promise):
    folder = work / "mnt"
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(disk), str(folder)], check=True)
    try:
        done = subprocess.run([worker, "verify", str(folder / "outbox.db"), "--receipted", str(promise[0]), "--accepted",
                               str(promise[1])], capture_output=True, text=True)
        return None if done.returncode == 0 else (done.stdout + done.stderr).strip()
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def one_cut(work, options, initrd, rng):
    """What was wrong, or None."""
    disk, console = work / "disk.img", work / "console"
    console.unlink(missing_ok=True)
    disk.unlink(missing_ok=True)
    with open(disk, "wb") as file:
        file.truncate(DISK_MB << 20)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", str(disk)], check=True)
    weak = " --normal" if options.normal else ""
    machine = boot(disk, initrd, console, f"--batches 1000000 --seed {rng.randrange(1 << 32)}{weak}")
    try:
        wait_for_work(machine, console, rng.randrange(1, 400))
        time.sleep(rng.uniform(0, 0.2))
    finally:
        machine.kill()
        machine.wait()
    promise = promised(console)
    wrong = verified(work, disk, options.worker, promise)
    return wrong and f"promised {promise}: {wrong}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", required=True, help="the program store_work (built without sanitizers)")
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--cache", default="~/.cache/vitald-lab", help="where the RAM disk is kept")
    parser.add_argument("--normal", action="store_true", help="the store with synchronous=NORMAL, to see it lose")
    options = parser.parse_args()
    if reason := missing():
        print(f"SKIPPED: vm_kill: {reason}")
        return 0
    print(f"vm_kill: seed {options.seed}", file=sys.stderr)
    rng, began, cuts, bad = random.Random(options.seed), time.monotonic(), 0, 0
    initrd = ram_disk(options.worker, Path(options.cache).expanduser())
    with tempfile.TemporaryDirectory(prefix="vitald-vm-", dir="/var/tmp") as work:
        while cuts < options.cuts and (options.minutes == 0 or time.monotonic() - began < options.minutes * 60):
            wrong = one_cut(Path(work), options, initrd, rng)
            cuts += 1
            bad += 1 if wrong else 0
            if wrong:
                print(wrong)
            print(f"vm_kill: {cuts} of {options.cuts}, {bad} bad", file=sys.stderr)
    print(f"vm_kill: {cuts} machines killed, {bad} with something lost or wrong; seed {options.seed}")
    return 0 if bad == 0 or options.normal else 1


if __name__ == "__main__":
    sys.exit(main())
