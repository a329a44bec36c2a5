/** Text of the document in comments of a policy: on one line, visible, short, and without anything that looks like a secret. */
import { isPolicyMap, type PolicyValue } from "../policy-model.ts";
import { blankShapes, findSecrets } from "../secret-shapes.ts";

const longest = 200;

/** Characters that a person does not see, or that could end or turn a line. */
export const hidden: RegExp = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A hidden character as YAML writes it in double quotes. */
export function escapeHidden(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

export function maskText(text: string): string {
  let masked = blankShapes(text);
  for (const [start, end] of findSecrets(masked, []))
    masked = masked.slice(0, start) + "*".repeat(end - start) + masked.slice(end);
  return masked;
}

/** One line of a comment. */
export function commentLine(text: string): string {
  const line = maskText(text.replace(/\s+/gu, " ").trim()).replace(new RegExp(hidden, "gu"), escapeHidden);
  return line.length > longest * 2 ? `${line.slice(0, longest * 2)}…` : line;
}

/** A quotation of the document inside a comment: cut, and with its own quotation marks told apart. */
export function quote(text: string): string {
  const plain = text.replace(/\s+/gu, " ").trim().replaceAll('"', "'");
  return `"${plain.length > longest ? `${plain.slice(0, longest)}…` : plain}"`;
}

export function hasSecret(value: PolicyValue): boolean {
  if (typeof value === "string") return findSecrets(value, []).length > 0;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isPolicyMap(value) && Object.entries(value).some(([key, child]) => hasSecret(key) || hasSecret(child));
}

export function maskSecrets(value: PolicyValue): PolicyValue {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (!isPolicyMap(value)) return value;
  const map: Record<string, PolicyValue> = Object.create(null);
  for (const [key, child] of Object.entries(value)) map[maskText(key)] = maskSecrets(child);
  return map;
}
