import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration, parseSize, printDuration, printSize } from "../../../generator/policy-model.ts";

test.each([
  [0, "0ms"],
  [300, "300ms"],
  [1500, "1500ms"],
  [30_000, "30s"],
  [60_000, "1m"],
  [90_000, "90s"],
  [172_800_000, "2d"],
])("%d ms is printed as %s", (milliseconds, text) => expect(printDuration(milliseconds)).toBe(text));

test.each([
  [1, "1B"],
  [20_000_000, "20MB"],
  [1500, "1500B"],
])("%d bytes are printed as %s", (bytes, text) => expect(printSize(bytes)).toBe(text));

test("what is printed is read back", () => {
  fc.assert(
    fc.property(fc.nat(), (figure) => {
      expect(parseDuration(printDuration(figure))).toBe(figure);
      expect(parseSize(printSize(figure))).toBe(figure);
    }),
  );
});
