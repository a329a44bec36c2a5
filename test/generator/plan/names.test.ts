import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  SymbolTable,
  toCamelCase,
  toFileName,
  toPascalCase,
  toSingular,
  toWords,
} from "../../../generator/plan/names.ts";

describe("toPascalCase", () => {
  it.each([
    ["payment_intent", "PaymentIntent"],
    ["PaymentIntent", "PaymentIntent"],
    ["APIKeyV2", "APIKeyV2"],
    ["orders.patch-400", "OrdersPatch400"],
    ["400", "T400"],
    ["Crème brûlée", "CremeBrulee"],
    ["File--Full", "FileFull"],
  ])("%s -> %s", (given, want) => expect(toPascalCase(given)).toBe(want));

  it("is an identifier of the closed alphabet, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) =>
        /^[A-Z][A-Za-z0-9]{0,70}$/.test(toPascalCase(text)),
      ),
    );
  });
});

describe("toCamelCase", () => {
  it.each([
    ["Payment Intents", "paymentIntents"],
    ["delete", "delete_"],
    ["2fa", "n2Fa"],
  ])("%s -> %s", (given, want) => expect(toCamelCase(toWords(given), given)).toBe(want));

  it("gives different names to texts without letters", () => {
    expect(toCamelCase([], "支付")).not.toBe(toCamelCase([], "退款"));
  });
});

describe("toFileName", () => {
  it("keeps to the alphabet of file names", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => /^[a-z0-9][a-z0-9-]{0,71}$/.test(toFileName(text))));
  });
});

describe("toSingular", () => {
  it.each([
    ["charges", "charge"],
    ["addresses", "address"],
    ["categories", "category"],
    ["batches", "batch"],
    ["address", "address"],
    ["Boxes", "box"],
  ])("%s -> %s", (given, want) => expect(toSingular(given)).toBe(want));
});

describe("SymbolTable", () => {
  it("never gives one name twice and settles clashes independently of order", () => {
    const names = fc.uniqueArray(fc.constantFrom("Foo", "foo", "FOO", "f_oo", "Foo!", "Call", "call", "__proto__"));
    fc.assert(
      fc.property(names, fc.integer(), (wires, seed) => {
        const claim = (order: readonly string[]): Map<string, string> =>
          new SymbolTable(["Call"]).claimAll(new Map(order.map((wire) => [wire, toPascalCase(wire)])));
        const shuffled = [...wires].sort((a, b) => ((a.length * seed) % 7) - ((b.length * seed) % 7));
        const [first, second] = [claim(wires), claim(shuffled)];
        expect(new Set(first.values()).size).toBe(wires.length);
        for (const wire of wires) expect(second.get(wire)).toBe(first.get(wire));
      }),
    );
  });

  it("leaves the name to the one that already is called so", () => {
    const names = new SymbolTable([]).claimAll(
      new Map([
        ["order", "Order"],
        ["Order", "Order"],
      ]),
    );
    expect(names.get("Order")).toBe("Order");
    expect(names.get("order")).toMatch(/^Order_[0-9a-f]{6}$/);
  });
});
