// Reads the golden vectors with protobufjs, and compares their fields with what libprotobuf read (.raw.json) and the readings
// with the JSON encoding (.rows.json), text for text: node check.mjs sync/batch

import assert from "node:assert";
import crypto from "node:crypto";
import fs from "node:fs";
import protobuf from "protobufjs";
import { readNumbers, readingsOf } from "./decode.mjs";

const folder = process.argv[2];
const schema = protobuf.parse(fs.readFileSync(`${folder}/telemetry.proto`, "utf8"), { keepCase: true }).root;
const type = (name) => schema.lookupType(`vitald.v1.${name}`);
const read = (name) => fs.readFileSync(`${folder}/testdata/${name}`);
const plain = (name, message) => type(name).toObject(message, { longs: String, bytes: String, enums: String });

function rawBatch(bytes) {
  const batch = type("Batch").decode(bytes);
  const envelope = type("Envelope").decode(batch.envelope);
  const raw = plain("Batch", batch);
  raw.envelope = plain("Envelope", envelope);
  if (envelope.suite === 0) raw.content = plain("Body", type("Body").decode(batch.content));
  return raw;
}

function rawAuthenticated(name, bytes) {
  const message = type(name).decode(bytes);
  return { ...plain(name, message), body: plain(`${name}Body`, type(`${name}Body`).decode(message.body)) };
}

// The JSON encoding, written here anew from docs/wire.md.
const FLAGS = ["questionable", "invalid", "out_of_range", "sensor_off", "motion", "weak_signal", "calibrating",
               "clock_not_set", "test", "derived", "bit10", "bit11", "bit12", "bit13", "bit14", "bit15"];
const CLASSES = ["", "alarm", "vital", "waveform"];
const REASONS = ["", "evicted", "corrupt", "sensor_absent", "queue_full", "commit_failed"];
const SOURCES = ["none", "kernel", "rtc", "operator"];
const hex = (bytes) => `"${Buffer.from(bytes).toString("hex")}"`;
const epochHex = (long) => `"${BigInt(long.toString()).toString(16).padStart(16, "0")}"`;
const signed = (long) => BigInt.asIntN(64, BigInt(long.toString()));
const object = (members) =>
  `{${members.filter(([, json]) => json !== undefined).map(([key, json]) => `"${key}":${json}`).join(",")}}`;
const array = (items) => `[${items.join(",")}]`;

function decimal(mantissa, exponent) {
  if (exponent > 0) return `${mantissa}e${exponent}`;
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(1 - exponent, "0");
  const point = digits.length + exponent;
  return (mantissa < 0n ? "-" : "") + digits.slice(0, point) + (exponent < 0 ? `.${digits.slice(point)}` : "");
}

function utc(bootUs, anchor) {
  if (!anchor) return undefined;
  const us = signed(anchor.utc_us) + bootUs - signed(anchor.boot_us);
  const ms = (us - (((us % 1000n) + 1000n) % 1000n)) / 1000n;
  if (ms < -62135596799000n || ms >= 253402300800000n) return undefined;
  return `"${new Date(Number(ms)).toISOString()}"`;
}

const row = (anchor) => (r) => object([
  ["sensor", JSON.stringify(r.sensor)], ["metric", JSON.stringify(r.metric)], ["mdc", r.mdc || undefined],
  ["unit", JSON.stringify(r.unit)], ["boot_us", r.bootUs], ["utc", utc(r.bootUs, anchor)],
  ["value", r.special ? undefined : decimal(r.mantissa, r.exponent)],
  ["special", r.special ? `"${r.special}"` : undefined],
  ["quality", r.quality ? array(FLAGS.filter((_, bit) => (r.quality >> bit) & 1).map((flag) => `"${flag}"`)) : undefined],
  ["device_time_us", r.deviceTimeUs], ["record_number", r.recordNumber], ["rate_mhz", r.rateMhz || undefined],
]);

const pairs = (numbers) => numbers.flatMap((n, i) => (i % 2 === 0 ? [`[${n},${numbers[i + 1]}]`] : []));

const loss = (l) => object([
  ["reason", `"${REASONS[l.reason]}"`], ["class", `"${CLASSES[l.class]}"`], ["readings", l.readings], ["boot", hex(l.boot)],
  ["first_us", signed(l.first_us)], ["last_us", signed(l.last_us)], ["epoch", l.epoch.toString() === "0" ? undefined : epochHex(l.epoch)],
  ["ranges", l.range.length > 0 ? array(pairs(l.range)) : undefined], ["sensor", l.sensor ? JSON.stringify(l.sensor) : undefined],
]);

const anchorJson = (a) => object([
  ["boot_us", signed(a.boot_us)], ["utc_us", a.utc_us], ["uncertainty_us", a.uncertainty_us], ["source", `"${SOURCES[a.source]}"`],
]);

function jsonOf(bytes) {
  const batch = type("Batch").decode(bytes);
  const envelope = type("Envelope").decode(batch.envelope);
  if (envelope.suite !== 0) return "";
  const body = type("Body").decode(batch.content);
  const readings = readingsOf(body);
  assert.strictEqual(readings.length, envelope.readings);
  return object([
    ["vitald", envelope.version], ["device", JSON.stringify(envelope.device)], ["epoch", epochHex(envelope.epoch)],
    ["number", envelope.number], ["class", `"${CLASSES[envelope.class]}"`], ["boot", hex(envelope.boot)],
    ["anchor", body.anchor ? anchorJson(body.anchor) : undefined],
    ["readings", array(readings.map(row(body.anchor)))],
    ["losses", body.loss.length > 0 ? array(body.loss.map(loss)) : undefined],
  ]) + "\n";
}

for (const name of ["example", "vitals", "waveform", "extremes", "losses", "sealed"]) {
  const batches = type("Message").decode(read(`${name}.bin`)).batch;
  assert.deepStrictEqual({ batch: batches.map(rawBatch) }, JSON.parse(read(`${name}.raw.json`)), name);
  assert.strictEqual(batches.map(jsonOf).join(""), read(`${name}.rows.json`).toString(), name);
}
for (const name of ["Receipt", "Inventory"]) {
  const file = name.toLowerCase();
  const bytes = read(`${file}.bin`);
  assert.deepStrictEqual(rawAuthenticated(name, bytes), JSON.parse(read(`${file}.raw.json`)), name);
  const { body, mac } = type(name).decode(bytes);
  const expected = crypto.createHmac("sha256", Buffer.alloc(32, 0x42)).update(body).digest();
  assert.deepStrictEqual(Buffer.from(mac), expected, `${name}'s MAC`);
}
assert.throws(() => readNumbers(Uint8Array.of(0x1e), 1, 2));
console.log("protobufjs reads every golden vector as libprotobuf and we do");
