#!/usr/bin/env python3
"""The pages that are made from the settings' declarations: docs/settings.md, docs/receiver-settings.md and the part of each
driver's README below "## Settings". --write makes them anew, --check fails when one is stale."""

import argparse
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
HEADING = "## Settings\n"


def output(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def page(title, program):
    return f"# {title}\n\nMade from the program's own declarations; `{Path(program).name} settings` prints the same.\n\n" + output(
        program, "settings")


def driver_readme(folder, vitald):
    text = (folder / "README.md").read_text()
    head, found, _ = text.partition(HEADING)
    if not found:
        raise SystemExit(f"{folder}/README.md has no line '## Settings'")
    return head + HEADING + "\n" + output(vitald, "settings", "--driver", folder.name).strip() + "\n"


def pages(vitald, receiver):
    yield TOP / "docs/settings.md", page("The agent's settings", vitald)
    yield TOP / "docs/receiver-settings.md", page("The receiver's settings", receiver)
    for line in (TOP / "drivers/catalog.def").read_text().splitlines():
        if line.startswith("DRIVER("):
            folder = TOP / "drivers" / line[len("DRIVER(") :].split(",")[0]
            yield folder / "README.md", driver_readme(folder, vitald)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vitald", required=True)
    parser.add_argument("--receiver", required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    stale = []
    for file, text in pages(options.vitald, options.receiver):
        if file.exists() and file.read_text() == text:
            continue
        if options.write:
            file.write_text(text)
            print(f"wrote {file.relative_to(TOP)}")
        else:
            stale.append(str(file.relative_to(TOP)))
    if stale:
        print("stale: " + ", ".join(stale) + "; `cmake --build build/dev --target docs` makes them anew")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
