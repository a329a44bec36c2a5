import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesGlob } from "../../../generator/plan/glob.ts";

test.each([
  ["list*", "listThings", false, true],
  ["list*", "relist", false, false],
  ["*", "", false, true],
  ["", "", true, true],
  ["/v1/*", "/v1/things", true, true],
  ["/v1/*", "/v1/things/{id}", true, false],
  ["/v1/**", "/v1/things/{id}", true, true],
  ["/admin/*/**.json", "/admin/v/a/b.json", true, true],
  ["/a/*", "/a/", true, true],
  ["get.*", "getX", false, false],
])("%s on %s", (glob, text, path, wanted) => {
  expect(matchesGlob(glob, text, path)).toBe(wanted);
});

/** The same as a regular expression: short texts only, since those backtrack. */
function toExpression(glob: string, path: boolean): RegExp {
  const source = glob.replace(/\*+|[^*]/g, (part) => {
    if (part === "*" && path) return "[^/]*";
    return part.startsWith("*") ? ".*" : part.replace(/[\\^$.+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}

test("agrees with a regular expression", () => {
  const piece = (letters: string): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...letters), { maxLength: 9 }).map((list) => list.join(""));
  fc.assert(
    fc.property(piece("ab/*"), piece("ab/"), fc.boolean(), (glob, text, path) => {
      expect(matchesGlob(glob, text, path)).toBe(toExpression(glob, path).test(text));
    }),
    { numRuns: 2000 },
  );
});

test("stars side by side cost no more than the product of the lengths", () => {
  let reads = 0;
  const counted = (text: string): string =>
    new Proxy(Object(text) as object, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (key === "charCodeAt") reads++;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    }) as unknown as string;
  const [glob, text] = ["*a".repeat(100), "a".repeat(300)];
  expect(matchesGlob(counted(glob), `${text}b`, false)).toBe(false);
  expect(reads).toBeLessThan(10 * glob.length * text.length);
});
