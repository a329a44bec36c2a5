import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../generator/errors.ts";
import { compareOut, loadWorkspace, writeOut } from "../../generator/workspace.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "couplet-"));
});
afterEach(() => rm(root, { recursive: true }));

describe("writeOut", () => {
  it("writes what differs, leaves the rest untouched, and removes only what it owned", async () => {
    await writeOut(
      root,
      new Map([
        ["a/one.ts", "1"],
        ["a/two.ts", "2"],
      ]),
      [],
    );
    await writeFile(join(root, "a/mine.ts"), "mine");
    const before = (await stat(join(root, "a/one.ts"))).mtimeMs;
    const done = await writeOut(
      root,
      new Map([
        ["a/one.ts", "1"],
        ["a/three.ts", "3"],
      ]),
      ["a/one.ts", "a/two.ts"],
    );
    expect(done).toEqual({ written: 1, removed: 1 });
    expect((await stat(join(root, "a/one.ts"))).mtimeMs).toBe(before);
    expect(await readFile(join(root, "a/mine.ts"), "utf8")).toBe("mine");
    await expect(stat(join(root, "a/two.ts"))).rejects.toThrow("ENOENT");
  });

  it.each(["../out.ts", "a/../../b.ts", "/etc/passwd", ".hidden", "a/.b/c.ts", "A/b.ts", "a\\b.ts", "con trol.ts", ""])(
    "refuses the path %j before writing anything",
    async (path) => {
      await expect(
        writeOut(
          root,
          new Map([
            ["fine.ts", "1"],
            [path, "x"],
          ]),
          [],
        ),
      ).rejects.toThrow("unsafe output path");
      await expect(stat(join(root, "fine.ts"))).rejects.toThrow("ENOENT");
    },
  );

  it("does not follow a folder link out of the output folder", async () => {
    const outside = await mkdtemp(join(tmpdir(), "couplet-outside-"));
    await symlink(outside, join(root, "a"));
    await expect(writeOut(root, new Map([["a/one.ts", "1"]]), [])).rejects.toThrow(InputError);
    await expect(stat(join(outside, "one.ts"))).rejects.toThrow("ENOENT");
    await rm(outside, { recursive: true });
  });

  it("does not write through a file link", async () => {
    const outside = join(tmpdir(), `couplet-target-${process.pid}`);
    await writeFile(outside, "theirs");
    await symlink(outside, join(root, "one.ts"));
    await expect(writeOut(root, new Map([["one.ts", "ours"]]), [])).rejects.toThrow(InputError);
    expect(await readFile(outside, "utf8")).toBe("theirs");
    await rm(outside);
  });
});

describe("compareOut", () => {
  it("names what is changed, missing and extra", async () => {
    await writeOut(
      root,
      new Map([
        ["p/same.ts", "1"],
        ["p/edited.ts", "2"],
        ["p/extra.ts", "3"],
      ]),
      [],
    );
    const files = new Map([
      ["p/same.ts", "1"],
      ["p/edited.ts", "two"],
      ["p/gone.ts", "4"],
    ]);
    expect(await compareOut(root, files, [""])).toEqual([
      { path: "p/edited.ts", kind: "changed" },
      { path: "p/extra.ts", kind: "extra" },
      { path: "p/gone.ts", kind: "missing" },
    ]);
  });
});

describe("loadWorkspace", () => {
  it.each([
    ["spec: x\n", 1, 1, "spec"],
    ["specs: a\nstrict: 1\n", 2, 1, "strict"],
    ["specs: a\nspecs: b\n", 2, 1, "unique"],
  ])("locates the mistake in %j", async (text, line, column, message) => {
    await writeFile(join(root, "couplet.yaml"), text);
    const error = await loadWorkspace(root).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).diagnostics[0]).toMatchObject({ file: "couplet.yaml", line, column });
    expect((error as InputError).message).toContain(message);
  });
});
