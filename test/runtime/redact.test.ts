import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Connector } from "../../runtime/descriptor.ts";
import { createRedactor, hiddenNames, isTelling } from "../../runtime/redact.ts";
import { connectorOf } from "./policy-fixture.ts";

const redactorOf = (redact: Connector["redact"]) => {
  const connector = connectorOf({ redact });
  return { ...createRedactor(connector), hidesHeader: hiddenNames(connector, "headers") };
};
const redactor = () => redactorOf({ headers: ["X-Shop-Id"], query: ["pin"] });
const secret = 'sk_live_a+b/c=&"d';

describe("redactor", () => {
  test("knows the names of headers that hold secrets", () => {
    const names = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "X-Access-Token"];
    names.push("Pay-Signature", "X-Client-Secret", "x-shop-id", "X-Echo", "Content-Type");
    expect(names.filter((name) => !redactor().hidesHeader(name))).toEqual(["X-Echo", "Content-Type"]);
  });

  test("knows names in bodies that say by themselves what they hold", () => {
    const names = ["client_secret", "accessToken", "password", "apiKey", "signature", "x-shop-id", "note", "number"];
    expect(names.filter((name) => !isTelling(name))).toEqual(["x-shop-id", "note", "number"]);
  });

  test.each([
    ["https://h.example/p?limit=2&access_token=abc#frag", "https://h.example/p?limit=2&access_token=[redacted]#frag"],
    ["https://h.example/p?pin=1234&spin=5", "https://h.example/p?pin=[redacted]&spin=5"],
    ["https://h.example/p?client%5Fsecret=abc", "https://h.example/p?client%5Fsecret=[redacted]"],
    ["https://user:pass@h.example/p", "https://[redacted]@h.example/p"],
    ["https://h.example/cb#access_token=abc&x=1", "https://h.example/cb#access_token=[redacted]&x=1"],
    ["/relative?api_key=abc", "/relative?api_key=[redacted]"],
    ["not a url", "not a url"],
  ])("%s", (given, want) => {
    expect(redactor().url(given)).toBe(want);
  });

  test.each([
    ["x-internal-*", "X-Internal-Route", true],
    ["x-internal-*", "X-Internally", true],
    ["x-internal-*", "X-Inter", false],
    ["*-route", "X-Internal-Route", true],
    ["*-route", "X-Route-2", false],
    ["x-*-id", "X-Shop-Id", true],
    ["x-*-id", "X-Shop-Identity", false],
    ["aa*aa", "aaa", false],
    ["*shop*node*", "X-Shop-East-Node-2", true],
    ["*node*shop*", "X-Shop-East-Node-2", false],
  ])("the pattern %s: %s", (pattern, name, hides) => {
    const hidden = redactorOf({ headers: [pattern], query: [pattern] });
    const shown = hides ? "[redacted]" : "7";
    expect(hidden.hidesHeader(name)).toBe(hides);
    expect(hidden.url(`https://h.example/?${name}=7`)).toBe(`https://h.example/?${name}=${shown}`);
  });

  test("knows the token of an Authorization header without its scheme", () => {
    const hidden = redactor();
    hidden.addSecret("Basic c2hvcDp4");
    expect(hidden.text("Basic c2hvcDp4, basic  c2hvcDp4")).toBe("[redacted], basic  [redacted]");
  });

  test("finds a secret in every spelling", () => {
    const hidden = redactor();
    hidden.addSecret(secret);
    const spellings = [
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      new URLSearchParams({ k: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
    ];
    for (const spelling of spellings) expect(hidden.text(`a ${spelling} b`)).toBe("a [redacted] b");
    expect(hidden.url(`https://h.example/${encodeURIComponent(secret)}/x`)).toBe("https://h.example/[redacted]/x");
  });

  test("a secret inside another does not leave the rest of it behind", () => {
    const hidden = redactor();
    hidden.addSecret("abcd");
    hidden.addSecret("abcdefgh");
    expect(hidden.text("x abcdefgh y abcd")).toBe("x [redacted] y [redacted]");
  });

  test("secrets that overlap leave nothing of each other behind", () => {
    const hidden = redactor();
    for (const value of ["abcdef", "defghi", "ghijkl", "abcd"]) hidden.addSecret(value);
    expect(hidden.text("x abcdefghijkl abcdef,ghijkl")).toBe("x [redacted] [redacted],[redacted]");
    expect(hidden.text("abcdefghijklabcd")).toBe("[redacted][redacted]");
  });

  test("the newest ten thousand are known", () => {
    const hidden = redactor();
    const token = (at: number) => `token-${String(at).padStart(6, "0")}`;
    for (let at = 0; at < 25_000; at++) hidden.addSecret(token(at));
    expect(hidden.text(`${token(24_999)} ${token(16_000)}`)).toBe("[redacted] [redacted]");
    expect(hidden.text(token(1_000))).toBe(token(1_000));
    hidden.addSecret(token(1_000));
    expect(hidden.text(token(1_000))).toBe("[redacted]");
  });

  test("very short values tear nothing apart", () => {
    const hidden = redactor();
    for (const value of ["", "a", "the"]) hidden.addSecret(value);
    expect(hidden.text("the cat ate a mat")).toBe("the cat ate a mat");
  });

  test("never throws", () => {
    const hidden = redactor();
    expect(hidden.text(Symbol("x") as never)).toBe("Symbol(x)");
    expect(
      hidden.url({
        toString: () => {
          throw new Error("no");
        },
      } as never),
    ).toBe("[redacted]");
    expect(() => hidden.addSecret(undefined as never)).not.toThrow();
    hidden.addSecret("half of a pair: \ud800");
    expect(hidden.text("half of a pair: \ud800!")).toBe("[redacted]!");
    fc.assert(
      fc.property(fc.string(), (text) => {
        hidden.text(text);
        hidden.url(text);
      }),
    );
  });

  test("no registered secret survives, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 30 }), fc.string(), fc.string(), (value, before, after) => {
        // Text that could itself be part of the replacement says nothing.
        fc.pre(!"[redacted]".includes(value));
        const hidden = redactor();
        hidden.addSecret(value);
        expect(
          hidden
            .text(before + value + after)
            .split("[redacted]")
            .some((part) => part.includes(value)),
        ).toBe(false);
      }),
    );
  });
});
