/** Keys of a client: from the text of a credential to signatures, by WebCrypto. */
import type { SigningKey } from "../descriptor.ts";
import { ownOptions } from "../own-options.ts";
import { AuthFailure } from "./auth-failure.ts";

/** Signs bytes. */
export type SignBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;

const HASHES = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;
const CURVES = { sha1: "P-256", sha256: "P-256", sha384: "P-384", sha512: "P-521" } as const;

/**
 * Prepares a key from its text. Throws AuthFailure, without the text, for one that is not what the policy says.
 * RSA keys sign with PKCS #1 v1.5; ECDSA signatures are the two numbers side by side, as JWS has them.
 */
export async function importSigningKey(description: SigningKey, text: string): Promise<SignBytes> {
  const { algorithm, hash, encoding } = description;
  const bytes = encoding === "pem" ? fromPem(text) : decoded(text, encoding);
  const digest = { name: HASHES[hash] };
  const imported = {
    hmac: { name: "HMAC", hash: digest },
    rsa: { name: "RSASSA-PKCS1-v1_5", hash: digest },
    ecdsa: { name: "ECDSA", namedCurve: CURVES[hash] },
    ed25519: { name: "Ed25519" },
  }[algorithm];
  const format = algorithm === "hmac" ? "raw" : "pkcs8";
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey(format, bytes, ownOptions(imported), false, ["sign"]);
  } catch (cause) {
    const kind = algorithm === "ecdsa" ? `${CURVES[hash]} key` : `${algorithm} key`;
    throw unreadable(`is not a private ${kind} in PKCS #8`, cause);
  }
  const signing = algorithm === "ecdsa" ? { name: "ECDSA", hash: digest } : imported.name;
  return async (data) => new Uint8Array(await crypto.subtle.sign(signing, key, data));
}

function unreadable(problem: string, cause?: unknown): AuthFailure {
  // Causes of WebCrypto name no bytes.
  return new AuthFailure(`the signing key ${problem}. Its text is not shown.`, { cause });
}

function decoded(text: string, encoding: "utf8" | "hex" | "base64"): Uint8Array<ArrayBuffer> {
  if (encoding === "utf8") return new TextEncoder().encode(text);
  if (encoding === "hex") {
    if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) throw unreadable("is not hexadecimal");
    return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  }
  return fromBase64(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const plain = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch {
    throw unreadable("is not base64");
  }
}

const PEM = /^\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/;

function fromPem(text: string): Uint8Array<ArrayBuffer> {
  // Environment files write line breaks as two characters.
  const [, label, body = ""] = PEM.exec(text.replaceAll("\\n", "\n")) ?? [];
  if (label === undefined) throw unreadable("is not PEM: it should start with -----BEGIN PRIVATE KEY-----");
  const der = fromBase64(body.replace(/\s+/g, ""));
  if (label === "PRIVATE KEY") return der;
  if (label === "RSA PRIVATE KEY") return toPkcs8(der);
  throw unreadable(`is PEM of another kind; write it as PKCS #8 with "openssl pkcs8 -topk8 -nocrypt"`);
}

/** Version 0, and the algorithm rsaEncryption without parameters (RFC 5208, RFC 8017). */
const RSA_HEAD = [
  0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/** An RSAPrivateKey (PKCS #1) in the envelope that WebCrypto reads. */
function toPkcs8(key: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(der(0x30, [...RSA_HEAD, ...der(0x04, [...key])]));
}

function der(tag: number, content: readonly number[]): readonly number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [tag, 0x80 + digits.length, ...digits, ...content];
}
