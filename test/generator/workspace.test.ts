import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../generator/errors.ts";
import { compareOut, type Difference, loadWorkspace, writeOut } from "../../generator/workspace.ts";

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

  /** A folder beside the output with a file of somebody else; what stands in it afterwards must be that alone. */
  async function outside(): Promise<string> {
    const folder = join(root, "..", `${basename(root)}-outside`);
    await mkdir(folder);
    await writeFile(join(folder, "old.ts"), "theirs");
    return folder;
  }
  const linked = "a folder of the output is a link";
  const covered = "there is a link or a folder where a file is to be written";
  const file = "there is a file where a folder of the output belongs";

  it.each<[string, (out: string, other: string) => Promise<unknown>, string[], string, string]>([
    ["a folder that is a link out", (out, other) => symlink(other, join(out, "a")), ["a/new.ts"], "a", linked],
    ["folders below a link", (out, other) => symlink(other, join(out, "a")), ["a/b/c/new.ts"], "a", linked],
    ["a link that stays inside", (out) => symlink(join(out, "kept"), join(out, "a")), ["a/new.ts"], "a", linked],
    ["a link that leads nowhere", (out) => symlink(join(out, "none"), join(out, "a")), ["a/new.ts"], "a", linked],
    [
      "a link in the file's place",
      (out, other) => symlink(join(other, "old.ts"), join(out, "f.ts")),
      ["f.ts"],
      "f.ts",
      covered,
    ],
    ["a dangling link in the file's place", (out) => symlink("none", join(out, "f.ts")), ["f.ts"], "f.ts", covered],
    ["a folder in the file's place", (out) => mkdir(join(out, "f.ts")), ["f.ts"], "f.ts", covered],
    ["a file in a folder's place", (out) => writeFile(join(out, "a"), "x"), ["a/b/new.ts"], "a", file],
    // Nothing of these is written any more: they only go away.
    ["an owned file behind a link out", (out, other) => symlink(other, join(out, "gone")), [], "gone", linked],
    ["an owned file behind a link inside", (out) => symlink(join(out, "kept"), join(out, "gone")), [], "gone", linked],
  ])("refuses %s before anything is changed", async (_, arrange, paths, place, message) => {
    const other = await outside();
    try {
      await writeOut(root, new Map([["kept/old.ts", "ours"]]), []);
      await arrange(root, other);
      const files = new Map(["first.ts", ...paths].map((path) => [path, "new"]));
      const error = await writeOut(root, files, ["kept/old.ts", "gone/old.ts"]).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputError);
      const [found] = (error as InputError).diagnostics;
      expect(found).toMatchObject({ code: "C003", file: join(root, place), message: expect.stringContaining(message) });
      expect(await readdir(other)).toEqual(["old.ts"]);
      expect(await readFile(join(other, "old.ts"), "utf8")).toBe("theirs");
      expect(await readFile(join(root, "kept/old.ts"), "utf8")).toBe("ours");
      await expect(stat(join(root, "first.ts"))).rejects.toThrow("ENOENT");
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it("leaves what has taken the place of a file that it owned", async () => {
    await mkdir(join(root, "a/two.ts"), { recursive: true });
    await writeFile(join(root, "b"), "mine");
    await symlink("none", join(root, "a/one.ts"));
    const done = await writeOut(root, new Map(), ["a/one.ts", "a/two.ts", "b", "c/none.ts"]);
    expect(done).toEqual({ written: 0, removed: 1 });
    expect((await readdir(join(root, "a"))).sort()).toEqual(["one.ts", "two.ts"]);
  });

  it("writes, compares and removes below an output folder that is a link itself", async () => {
    const out = join(root, "link");
    await mkdir(join(root, "real"));
    await symlink("real", out);
    const files = new Map([["a/one.ts", "1"]]);
    expect(await writeOut(out, files, [])).toEqual({ written: 1, removed: 0 });
    expect(await readFile(join(root, "real/a/one.ts"), "utf8")).toBe("1");
    expect(await compareOut(out, files, [""])).toEqual([]);
    expect(await writeOut(out, new Map(), ["a/one.ts"])).toEqual({ written: 0, removed: 1 });
  });

  it.each<[string, (out: string) => Promise<unknown>]>([
    ["a file", (out) => writeFile(out, "mine")],
    ["a link that leads nowhere", (out) => symlink("none", out)],
  ])("refuses an output folder that is %s", async (_, arrange) => {
    const out = join(root, "out");
    await arrange(out);
    await expect(writeOut(out, new Map([["a.ts", "1"]]), [])).rejects.toMatchObject({
      diagnostics: [{ code: "C003", file: out, message: "the output folder is not a folder" }],
    });
  });

  it.each(["../theirs.ts", "/etc/hosts", "a/../../b.ts", ".git/config"])(
    "removes nothing when the lock lists %j as its own",
    async (path) => {
      await expect(writeOut(root, new Map([["fine.ts", "1"]]), [path])).rejects.toMatchObject({
        diagnostics: [{ code: "L001", message: expect.stringContaining(path) }],
      });
      await expect(stat(join(root, "fine.ts"))).rejects.toThrow("ENOENT");
    },
  );
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

describe("compareOut with odd things in the way", () => {
  it.each<[string, (out: string) => Promise<unknown>, Difference[]]>([
    ["a folder in the file's place", (out) => mkdir(join(out, "p/a.ts"), { recursive: true }), [changed("p/a.ts")]],
    ["a file in the folder's place", (out) => writeFile(join(out, "p"), ""), [extra("p"), missing("p/a.ts")]],
    [
      "a link to the same text",
      async (out) => {
        await mkdir(join(out, "p"));
        await writeFile(join(out, "same"), "1");
        await symlink("../same", join(out, "p/a.ts"));
      },
      [changed("p/a.ts"), extra("same")],
    ],
    ["nothing at all", async () => {}, [missing("p/a.ts")]],
  ])("%s", async (_, arrange, wanted) => {
    await arrange(root);
    expect(await compareOut(root, new Map([["p/a.ts", "1"]]), [""])).toEqual(wanted);
  });
});

function changed(path: string): Difference {
  return { path, kind: "changed" };
}

function missing(path: string): Difference {
  return { path, kind: "missing" };
}

function extra(path: string): Difference {
  return { path, kind: "extra" };
}

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
