import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** What an approval names a finding by: 16 hex digits of what it is about, without words for people and without lines. */
export function toFingerprint(content: readonly unknown[]): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 16);
}
