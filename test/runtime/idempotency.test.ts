import { describe, expect, test } from "vitest";
import { isConnectorError } from "../../runtime/errors.ts";
import { idempotencyKey } from "../../runtime/idempotency.ts";
import { connectorOf, operationOf, policyOf } from "./policy-fixture.ts";

const keyed = (maxLength = 255) =>
  policyOf({
    idempotency: { class: "keyed", key: { in: "header", name: "Idempotency-Key", generate: "uuid4", maxLength } },
  });
const operation = operationOf(connectorOf(), keyed());

describe("idempotencyKey", () => {
  test("is absent where the policy declares none, whatever the caller says", () => {
    const plain = operationOf(connectorOf(), policyOf());
    expect(idempotencyKey(plain, { idempotencyKey: "k" })).toBeUndefined();
    expect(idempotencyKey(plain, { businessId: "order:1" })).toBeUndefined();
  });

  test("is a fresh UUID for each call", () => {
    const [one, two] = [idempotencyKey(operation, {}), idempotencyKey(operation, {})];
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
  });

  test("is the caller's own where given", () => {
    expect(idempotencyKey(operation, { idempotencyKey: "order-42", businessId: "ignored" })).toBe("order-42");
  });

  test.each(["", "has space", "line\nbreak", "line\r\nX-Evil: 1", "ümlaut", "x".repeat(256), "\u0000"])(
    "refuses %j",
    (key) => {
      try {
        idempotencyKey(operation, { idempotencyKey: key });
        expect.unreachable();
      } catch (error) {
        expect(isConnectorError(error, "InputValidationError")).toBe(true);
        expect(error).toMatchObject({ effect: "none", operation: "charges.create" });
      }
    },
  );

  test("refuses an empty business id", () => {
    expect(() => idempotencyKey(operation, { businessId: "" })).toThrow(/businessId must not be empty/);
  });

  test("from a business id is always the same: across clients, versions and crashes", async () => {
    const key = await idempotencyKey(operation, { businessId: "order:42:charge", tenant: "acct_1" });
    const later = operationOf(connectorOf({ version: "2027-01-01" }), keyed());
    expect(await idempotencyKey(later, { businessId: "order:42:charge", tenant: "acct_1" })).toBe(key);
    // Computed apart with another implementation: base32 of sha256 over the JSON array of the four parts.
    expect(key).toBe("kg6cxba4syycplz4z3izmv56k5niqh2s6rpxkqpd2ytsogd2paba");
    expect(key).toMatch(/^[a-z2-7]{52}$/);
  });

  test("differs by provider, operation, tenant and id, also where their joined texts are equal", async () => {
    const other = operationOf(connectorOf({ provider: "shop" }), keyed());
    const refund = operationOf(connectorOf(), keyed(), "refunds.create");
    const keys = await Promise.all([
      idempotencyKey(operation, { businessId: "a|b" }),
      idempotencyKey(operation, { businessId: "b", tenant: "a" }),
      idempotencyKey(operation, { businessId: "a", tenant: "b" }),
      idempotencyKey(operation, { businessId: '["a"]' }),
      idempotencyKey(other, { businessId: "a|b" }),
      idempotencyKey(refund, { businessId: "a|b" }),
    ]);
    expect(new Set(keys).size).toBe(6);
  });

  test("is cut to what the provider takes", async () => {
    const short = operationOf(connectorOf(), keyed(40));
    expect(await idempotencyKey(short, { businessId: "order:42" })).toHaveLength(40);
  });
});
