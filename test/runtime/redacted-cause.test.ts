import { expect, test } from "vitest";
import { createRedactor } from "../../runtime/redact.ts";
import { redactedCause } from "../../runtime/redacted-cause.ts";
import { connectorOf } from "./policy-fixture.ts";

const redactor = createRedactor(connectorOf());
redactor.addSecret("s3cr3t");

function failed(message: string, more: object = {}): Error {
  return Object.assign(new TypeError(message), more);
}

test.each([
  ["a plain one", failed("fetch failed")],
  ["with what the system tells", failed("connect", { code: "ECONNREFUSED", errno: -111, port: 443, address: "::1" })],
  ["with such a cause", failed("fetch failed", { cause: failed("read", { code: "ECONNRESET", syscall: "read" }) })],
])("%s is shown itself", (_, error) => {
  expect(redactedCause(error, redactor)).toBe(error);
});

test("a secret is taken out of message, stack, name and what the system tells", () => {
  const error = failed("to s3cr3t", { code: "E_s3cr3t", port: 443, name: "s3cr3tError" });
  const copy = redactedCause(error, redactor)!;
  expect(copy).not.toBe(error);
  expect(copy).toMatchObject({ message: "to [redacted]", code: "E_[redacted]", port: 443, name: "[redacted]Error" });
  expect(copy.stack).toMatch(/Error: to \[redacted\]/);
  expect(Object.keys(copy)).not.toContain("message");
});

test.each<[string, object]>([
  ["a foreign property", { request: "x" }],
  ["an object where text is expected", { code: { headers: "x" } }],
  ["a symbol", { [Symbol("request")]: "x" }],
  ["a foreign cause", { cause: { headers: "x" } }],
])("%s is left out", (_, more) => {
  const copy = redactedCause(failed("m", more), redactor)!;
  expect(copy.message).toBe("m");
  expect(Reflect.ownKeys(copy).sort()).toEqual(["message", "name", "stack"]);
});

test("a secret deep in the chain is taken out of all of it", () => {
  const copy = redactedCause(failed("a", { cause: failed("b", { cause: failed("s3cr3t") }) }), redactor)!;
  expect([copy.message, (copy.cause as Error).message]).toEqual(["a", "b"]);
  expect((copy.cause as Error).cause).toMatchObject({ message: "[redacted]" });
});

test("what is no error is nothing, and a circle ends", () => {
  expect(redactedCause("s3cr3t", redactor)).toBeUndefined();
  const round = failed("round");
  round.cause = round;
  let depth = 0;
  for (let at: unknown = redactedCause(round, redactor); at instanceof Error; at = at.cause) depth++;
  expect(depth).toBe(5);
});
