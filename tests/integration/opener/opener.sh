#!/bin/sh
# Opens sealed batches with npm @hpke/core: opener.sh MAKE_SEALED FOLDER. Installs into FOLDER, which the build owns.
set -eu
make_sealed=$1 folder=$2
here=tests/integration/opener
command -v node >/dev/null && command -v npm >/dev/null || { echo "SKIPPED: node and npm are not installed"; exit 0; }
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$here/open.mjs" "$here/check.mjs" tests/integration/wire/decode.mjs "$folder"
if ! cmp -s "$here/package-lock.json" "$folder/node_modules/.installed"; then
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent || { echo "SKIPPED: npm cannot install @hpke/core"; exit 0; }
  cp "$here/package-lock.json" "$folder/node_modules/.installed"
fi
rm -rf "$folder/sealed"
mkdir "$folder/sealed"
"$make_sealed" "$folder/sealed"
node "$folder/check.mjs" "$PWD" "$folder/sealed"
