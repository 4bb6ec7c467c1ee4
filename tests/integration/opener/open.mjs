// Opens sealed batches: an example for receivers in other languages, on npm @hpke/core, @hpke/chacha20poly1305 and fzstd.
// Batches and envelopes are vitald.v1 messages as protobufjs decodes them; keys are their 32 bytes.

import { webcrypto } from "node:crypto";
import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { decompress } from "fzstd";

const AEADS = { 1: Aes256Gcm, 2: Chacha20Poly1305 };  // by Envelope.suite
const text = (string) => new TextEncoder().encode(string);
const bigEndian = (value, size) =>
  Uint8Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * (size - 1 - i))) & 0xffn));
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

// A key's id: the first 8 bytes of its SHA-256, as in Envelope.recipient.
export async function keyId(publicKey) {
  return new Uint8Array(await webcrypto.subtle.digest("SHA-256", publicKey)).slice(0, 8);
}

// What an epoch's key is bound to, so that no batch passes for one of another device or epoch.
const info = ({ suite, epoch, device }) =>
  join(text("vitald"), [1], bigEndian(suite, 4), bigEndian(epoch.toString(), 8), text(device));

// The key and base nonce of an epoch, the same for all its batches. `recipient`: our private key. `device`: the public key
// that the device is registered with, never one that came along with the batch.
export async function epochKey(envelope, recipient, device) {
  if (!AEADS[envelope.suite]) throw new Error(`suite ${envelope.suite} is not known`);
  const kem = new DhkemX25519HkdfSha256();
  const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new AEADS[envelope.suite]() });
  const context = await suite.createRecipientContext({
    recipientKey: await kem.importKey("raw", recipient, false),
    senderPublicKey: await kem.importKey("raw", device, true),  // auth mode
    enc: envelope.enc,
    info: info(envelope),
  });
  return {
    key: await context.export(text("vitald batch key"), 32),
    nonce: new Uint8Array(await context.export(text("vitald batch nonce"), 12)),
  };
}

// The bytes of a batch's Body. Throws when the batch is not the device's, or was changed.
export async function openBatch(batch, envelope, { key, nonce }) {
  const number = bigEndian(envelope.number.toString(), 12);
  const own = nonce.map((byte, i) => byte ^ number[i]);
  const aead = new AEADS[envelope.suite]().createEncryptionContext(key);
  const body = new Uint8Array(await aead.open(own, batch.content, batch.envelope));
  return envelope.packing === 1 ? decompress(body) : body;
}
