import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceTogether } from "../../generator/replace-together.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "couplet-replace-"));
  for (const [path, text] of Object.entries({ "a/one": "1", "a/two": "2", three: "3" })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

/** Every file below the root with its text, and every folder. */
function tree(): Record<string, string> {
  const all = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = all.map((one) => [join(one.parentPath, one.name), one.isFile()] as const).sort();
  return Object.fromEntries(
    paths.map(([path, file]) => [path.slice(root.length + 1), file ? readFileSync(path, "utf8") : "folder"]),
  );
}

const change = new Map<string, string | Uint8Array | undefined>([
  ["a/one", "new"],
  ["a/two", undefined],
  ["three", "3"],
  ["b/c/four", Buffer.from([0, 255])],
  ["absent", undefined],
]);

describe("files that change together", () => {
  it("are written, removed, or left alone", async () => {
    expect(await replaceTogether(root, change)).toEqual({ written: 2, removed: 1 });
    expect(Object.keys(tree())).toEqual(["a", "a/one", "b", "b/c", "b/c/four", "three"]);
    expect(tree()).toMatchObject({ "a/one": "new", three: "3" });
    expect(readFileSync(join(root, "b/c/four"))).toEqual(Buffer.from([0, 255]));
    expect(await replaceTogether(root, change)).toEqual({ written: 0, removed: 0 });
  });

  it.each([1, 2])("are as before when putting number %i into its place fails", async (failing) => {
    const before = tree();
    let moves = 0;
    const move = (from: string, to: string): Promise<void> =>
      ++moves === failing ? Promise.reject(new Error("disk")) : rename(from, to);
    await expect(replaceTogether(root, change, move)).rejects.toThrow("disk");
    expect({ moves, tree: tree() }).toEqual({ moves: failing, tree: before });
  });

  it.each([
    ["../out", /no usable name/],
    ["a/../three", /no usable name/],
    ["a", /a link or a folder/],
    ["link", /a link or a folder/],
    ["linked/x", /is a link/],
    ["three/x", /there is a file where a folder/],
  ])("do not go to %s, and nothing else is written", async (path, message) => {
    symlinkSync(join(root, "three"), join(root, "link"));
    symlinkSync(join(root, "a"), join(root, "linked"));
    const before = tree();
    await expect(replaceTogether(root, new Map([...change, [path, "x"]]))).rejects.toThrow(message);
    expect(tree()).toEqual(before);
  });
});
