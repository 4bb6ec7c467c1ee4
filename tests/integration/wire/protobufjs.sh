#!/bin/sh
# Reads the golden vectors with npm protobufjs: protobufjs.sh FOLDER. Installs into FOLDER, which the build owns.
set -eu
folder=$1
here=tests/integration/wire
command -v node >/dev/null && command -v npm >/dev/null || { echo "SKIPPED: node and npm are not installed"; exit 0; }
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$here/decode.mjs" "$here/check.mjs" "$folder"
if ! cmp -s "$here/package-lock.json" "$folder/node_modules/.installed"; then
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent || { echo "SKIPPED: npm cannot install protobufjs"; exit 0; }
  cp "$here/package-lock.json" "$folder/node_modules/.installed"
fi
node "$folder/check.mjs" sync/batch
