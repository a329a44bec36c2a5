import { describe, expect, it } from "vitest";
import { InputError } from "../../generator/errors.ts";
import { type Lock, parseLock, printLock } from "../../generator/lock.ts";

const lock: Lock = {
  lockVersion: 1,
  generator: { name: "couplet", version: "0.1.0", sha256: "00" },
  providers: { b: { outputs: {}, versions: {} }, a: { outputs: { "package.json": "11" }, versions: {} } },
};

describe("lock", () => {
  it("prints sorted, one entry a line, and reads back what it printed", () => {
    const text = printLock(lock);
    expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'));
    expect(parseLock("l", text)).toEqual(lock);
    expect(printLock(parseLock("l", text))).toBe(text);
  });

  it("reads a version that an earlier lock wrote without its types", () => {
    const earlier = { inputs: {}, names: {}, operations: 0, origins: [], outputs: {}, selectors: {}, specSha256: "0" };
    const text = JSON.stringify({ ...lock, providers: { a: { outputs: {}, versions: { "1": earlier } } } });
    expect(parseLock("l", text).providers["a"]?.versions["1"]?.types).toEqual({});
  });

  it.each([
    ["", "not JSON", 1],
    ['{\n<<<<<<< HEAD\n"a": 1\n', "merge conflict", 2],
    ['{\n "lockVersion": 2\n}', "lockVersion", 2],
    [printLock(lock).replace('"providers"', '"provider"'), "providers", 1],
  ])("refuses %j with a place", (text, message, line) => {
    expect(() => parseLock("couplet.lock.json", text)).toThrow(InputError);
    expect(() => parseLock("couplet.lock.json", text)).toThrow(new RegExp(`couplet.lock.json:${line}:.*${message}`));
  });
});
