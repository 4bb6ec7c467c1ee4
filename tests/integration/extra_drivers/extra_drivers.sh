#!/bin/bash
# Configures the project with the maker's folder beside this, builds that driver, and sees that the catalogue knows it.
# usage: extra_drivers.sh SOURCE BUILD
set -eEuo pipefail
trap 'echo "failed at line $LINENO" >&2' ERR

readonly source=$1 build=$2
readonly makers=$(cd "$(dirname "$0")" && pwd)/makers

configure() { cmake -S "$source" -B "$build" -G Ninja -DVITALD_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON "$@" >"$build.log" 2>&1; }

configure -DVITALD_EXTRA_DRIVERS="$makers"
cmake --build "$build" --target driver_counter
nm -C "$build/extra_drivers/counter/libdriver_counter.a" | grep "T vitald::counter_settings" >/dev/null
grep -q '{"counter", "Counts, as an example of a driver outside the tree", counter_settings}' "$build/drivers/catalog.cpp"

# One name, two drivers: refused.
trap - ERR
twice=$(mktemp -d)
trap 'rm -rf "$twice"' EXIT
echo 'DRIVER(simulated, "Another")' >"$twice/catalog.def"
! configure -DVITALD_EXTRA_DRIVERS="$twice"
grep -q 'there is a driver simulated already' "$build.log"
! configure -DVITALD_EXTRA_DRIVERS="$twice/nowhere"
grep -q 'catalog.def does not exist' <(tr -s '\n ' ' ' <"$build.log")
echo "good: the maker's driver is built and in the catalogue; doubles and missing folders are refused"
