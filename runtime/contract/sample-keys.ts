import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Contract, SampleKey } from "./case.ts";

const CURVES = { sha1: "P-256", sha256: "P-256", sha384: "P-384", sha512: "P-521" } as const;
const made = new Map<string, string>();

/** The sample credentials, with fresh keys where only a key will do. */
export function withFreshKeys({ auth, keys = {} }: Contract): Readonly<Record<string, unknown>> {
  const fresh = Object.entries(keys).map(([name, key]) => [name, keyFor(key)] as const);
  return { ...auth, ...Object.fromEntries(fresh) };
}

/** One a kind and process: making them takes long. */
function keyFor(key: SampleKey): string {
  const kind = JSON.stringify([key.algorithm, key.hash, key.encoding]);
  let text = made.get(kind);
  if (text === undefined) {
    text = makeKey(key);
    made.set(kind, text);
  }
  return text;
}

function makeKey({ algorithm, hash, encoding }: SampleKey): string {
  const written = encoding === "hex" ? "hex" : "base64";
  if (algorithm === "hmac") return randomBytes(32).toString(written);
  const { privateKey } =
    algorithm === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : algorithm === "ecdsa"
        ? generateKeyPairSync("ec", { namedCurve: CURVES[hash] })
        : generateKeyPairSync("ed25519");
  if (encoding === "pem") return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return privateKey.export({ type: "pkcs8", format: "der" }).toString(written);
}
