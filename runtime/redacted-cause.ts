import type { Redactor } from "./redact.ts";

/** What system errors tell beside their message. Anything else may be a request with its headers, or worse. */
const harmless: readonly string[] = [
  "name",
  "message",
  "stack",
  "cause",
  "code",
  "errno",
  "syscall",
  "address",
  "port",
  "hostname",
];
const deepest = 4;

/**
 * The chain of a foreign error as it may be shown: the error itself where nothing in it is a secret, else a copy of name,
 * message, stack and what the system tells. Undefined for what is no error.
 */
export function redactedCause(error: unknown, redactor: Redactor, depth: number = 0): Error | undefined {
  if (!(error instanceof Error) || depth > deepest) return undefined;
  const cause = error.cause === undefined ? undefined : redactedCause(error.cause, redactor, depth + 1);
  const shown = (value: unknown): unknown => (typeof value === "string" ? redactor.text(value) : value);
  const isClean = Reflect.ownKeys(error).every((key) => {
    if (key === "cause") return cause === error.cause;
    const value: unknown = Reflect.get(error, key);
    return harmless.includes(String(key)) && typeof value !== "object" && shown(value) === value;
  });
  if (isClean && shown(error.name) === error.name) return error;
  const copy = new Error(redactor.text(error.message), cause === undefined ? undefined : { cause });
  copy.name = redactor.text(String(error.name));
  copy.stack = redactor.text(error.stack ?? "");
  for (const key of harmless.slice(4)) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "string" || typeof value === "number") Object.assign(copy, { [key]: shown(value) });
  }
  return copy;
}
