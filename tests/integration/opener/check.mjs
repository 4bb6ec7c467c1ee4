// Opens what the outbox has sealed and compares the readings with what was recorded: node check.mjs SOURCE-ROOT FOLDER.
// FOLDER is what make_sealed wrote.

import assert from "node:assert";
import fs from "node:fs";
import protobuf from "protobufjs";
import { readingsOf } from "./decode.mjs";
import { epochKey, keyId, openBatch } from "./open.mjs";

const [source, folder] = process.argv.slice(2);
const schema = protobuf.parse(fs.readFileSync(`${source}/sync/batch/telemetry.proto`, "utf8"), { keepCase: true }).root;
const type = (name) => schema.lookupType(`vitald.v1.${name}`);
const read = (name) => new Uint8Array(fs.readFileSync(`${folder}/${name}`));
const keys = { recipient: read("recipient.private"), device: read("device.public") };

async function readings(file) {
  const lines = [];
  let batches = 0, packed = 0;
  for (const bytes of type("Parcel").decode(read(file)).batch) {
    const batch = type("Batch").decode(bytes);
    const envelope = type("Envelope").decode(batch.envelope);
    assert.deepStrictEqual(new Uint8Array(envelope.recipient), await keyId(read("recipient.public")));
    const epoch = await epochKey(envelope, keys.recipient, keys.device);
    const body = type("Body").decode(await openBatch(batch, envelope, epoch));
    for (const r of readingsOf(body)) lines.push(`${r.sensor} ${r.metric} ${r.bootUs} ${r.mantissa} ${r.exponent}`);
    await refusesChanges(batch, envelope, epoch);
    batches += 1;
    packed += envelope.packing;
  }
  assert(batches > 3 && packed > 0);
  return lines;
}

// Not with another byte, under another number, or as another device's.
async function refusesChanges(batch, envelope, epoch) {
  for (const part of ["content", "envelope"]) {
    const changed = { ...batch, [part]: Uint8Array.from(batch[part]) };
    changed[part][changed[part].length - 1] ^= 1;
    await assert.rejects(openBatch(changed, envelope, epoch));
  }
  await assert.rejects(openBatch(batch, { ...envelope, number: Number(envelope.number) + 1 }, epoch));
  const stranger = await epochKey(envelope, keys.recipient, read("recipient.public"));
  await assert.rejects(openBatch(batch, envelope, stranger));
}

for (const suite of [1, 2]) {
  const expected = fs.readFileSync(`${folder}/suite-${suite}.readings`, "utf8").trimEnd().split("\n");
  assert.deepStrictEqual(await readings(`suite-${suite}.parcel`), expected);
}
const page = fs.readFileSync(`${source}/docs/open.md`, "utf8");
assert(page.includes(fs.readFileSync(`${source}/tests/integration/opener/open.mjs`, "utf8")), "docs/open.md shows another opener");
console.log("@hpke/core opens what the outbox seals, in both suites");
