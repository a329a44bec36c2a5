import type { Redactor } from "./redact.ts";

/** What a system error tells. Anything else may be a request with its headers, or worse. */
const harmless = ["name", "message", "stack", "code", "errno", "syscall", "address", "port", "hostname"] as const;
const deepest = 4;

/**
 * The chain of a foreign error as it may be shown: the error itself where nothing in it is a secret, else a copy of name,
 * message, stack and what the system tells. Undefined for what is no error.
 */
export function redactedCause(error: unknown, redactor: Redactor, depth: number = 0): Error | undefined {
  if (!(error instanceof Error) || depth > deepest) return undefined;
  const cause = redactedCause(error.cause, redactor, depth + 1);
  const shown = new Map<PropertyKey, unknown>();
  for (const key of harmless) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string") shown.set(key, redactor.text(value));
    if (typeof value === "number") shown.set(key, value);
  }
  const isClean = ["name", ...Reflect.ownKeys(error)].every((key) =>
    key === "cause" ? cause === error.cause : shown.has(key) && shown.get(key) === Reflect.get(error, key),
  );
  return isClean ? error : Object.assign(new Error("", cause && { cause }), Object.fromEntries(shown));
}
