#!/usr/bin/env python3
"""docs/threat-model.md: every threat has an id of its own and names tests, or scripts, that are there."""

import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def tests_there():
    """Names of CTest tests as CMakeLists.txt files make them, and of Catch2 cases."""
    names = set()
    for folder in ("tests", "drivers"):
        for file in (TOP / folder).rglob("CMakeLists.txt"):
            text = file.read_text()
            names |= set(re.findall(r"(?:vitald_test\(|fault_test\(|add_test\(NAME )([\w-]+)", text))
            for prefix, variable in re.findall(r"add_test\(NAME (\w+_)\$\{(\w+)\}", text):
                for values in re.findall(rf"foreach\({variable} ([^)]*)\)", text):
                    names |= {prefix + value for value in values.split()}
        for file in (TOP / folder).rglob("*.cpp"):
            names |= set(re.findall(r'TEST_CASE\("([^"]+)"', file.read_text()))
    return names


def faults(text, there):
    seen = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 5 or not re.fullmatch(r"T\d+", cells[0]):
            continue
        if cells[0] in seen:
            yield f"{cells[0]} is there twice"
        seen.add(cells[0])
        named = re.findall(r"`([^`]+)`", cells[4])
        if not named:
            yield f"{cells[0]} names no test"
        for name in named:
            if name not in there and not (TOP / name.split()[0]).is_file():
                yield f"{cells[0]} names {name}, which is no test"
    if len(seen) < 10:
        yield "the table of threats cannot be read"


def main():
    found = list(faults((TOP / "docs/threat-model.md").read_text(), tests_there()))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
