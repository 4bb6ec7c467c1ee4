"""Reads a recording independently of the product: what the receiver must hold is compared with this.

signals(path) gives {signal name: [sample, ...]} in file order: WFDB samples are the integers of the file, CSV cells are
Decimals. Only what the tests need: WFDB formats 16, 212 and 80, several samples a frame, byte offsets; comma or tab text."""

import gzip
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path


def signals(path):
    path = Path(path)
    return wfdb(path) if path.suffix == ".hea" else table(path)


class Signal:
    def __init__(self, line):
        fields = line.split()
        form = re.fullmatch(r"(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?", fields[1])
        self.file = fields[0]
        self.format, self.per_frame, self.offset = int(form[1]), int(form[2] or 1), int(form[4] or 0)
        gain = re.fullmatch(r"([-+\d.eE]+)(?:\((-?\d+)\))?(?:/(\S+))?", fields[2]) if len(fields) > 2 else None
        self.gain = Decimal(gain[1]) if gain and Decimal(gain[1]) != 0 else Decimal(200)
        zero = int(fields[4]) if len(fields) > 4 else 0
        self.baseline = int(gain[2]) if gain and gain[2] else zero
        self.unit = (gain[3] if gain else None) or "mV"
        self.name = " ".join(fields[8:]) or self.file


def header(path):
    lines = [l.strip() for l in Path(path).read_text().splitlines() if l.strip() and not l.startswith("#")]
    first = lines[0].split()
    rate = float(re.split(r"[/(]", first[2])[0])
    return rate, [Signal(line) for line in lines[1 : 1 + int(first[1])]]


def decode(form, raw):
    if form == 16:
        return [int.from_bytes(raw[i : i + 2], "little", signed=True) for i in range(0, len(raw) - 1, 2)]
    if form == 80:
        return [b - 128 for b in raw]
    if form == 212:
        out = []
        for i in range(0, len(raw) - 1, 3):
            a = raw[i] | (raw[i + 1] & 0x0F) << 8
            out.append(a - 4096 if a > 2047 else a)
            if i + 2 < len(raw):
                b = raw[i + 2] | (raw[i + 1] & 0xF0) << 4
                out.append(b - 4096 if b > 2047 else b)
        return out
    raise ValueError(f"format {form}")


def wfdb(path):
    _, described = header(path)
    result = {}
    for file in dict.fromkeys(s.file for s in described):
        group = [s for s in described if s.file == file]
        flat = decode(group[0].format, (Path(path).parent / file).read_bytes()[group[0].offset :])
        frame = sum(s.per_frame for s in group)
        flat = flat[: len(flat) // frame * frame]
        at = 0
        for s in group:
            parts = [flat[at + k :: frame] for k in range(s.per_frame)]
            result[s.name] = [sample for together in zip(*parts) for sample in together]
            at += s.per_frame
    return result


def table(path):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as file:
        rows = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    separator = "\t" if "\t" in rows[0] else ","
    names = [n.strip() for n in rows[0].split(separator)]
    try:
        Decimal(names[0])
        names = [f"#{i}" for i in range(1, len(names) + 1)]
    except InvalidOperation:
        rows = rows[1:]
    columns = [[] for _ in names]
    for row in rows:
        for column, cell in zip(columns, row.split(separator)):
            column.append(Decimal(cell.strip()) if cell.strip() not in ("", "-", "NaN") else None)
    return dict(zip(names, columns))
