/** `couplet drift surface` on a generated package: against a folder and against a commit. */
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { projectRoot, runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, ownProject } from "./own-project.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const released = await ownProject("segment");
symlinkSync(join(projectRoot, "node_modules"), join(released, "node_modules"));
const schema = "generated/segment/v1/schema.ts";

test("against a folder", async () => {
  const now = copyOf(released);
  const against = ["--against", join(released, "generated")];
  expect(await runIn(now, "drift", "surface", ...against)).toMatchObject({
    code: 0,
    err: "segment: nothing changed\n",
  });
  editIn(now, schema, (text) => text.replace(/^export interface (\w+) \{\n/m, "$&  couplet: string;\n"));
  const ran = await runIn(now, "drift", "surface", "segment", ...against, "--json");
  expect(ran).toMatchObject({ code: 1, err: "segment: major: 0.0.0 -> 0.1.0\n" });
  const { bump, findings } = JSON.parse(ran.out);
  expect(bump).toBe("major");
  expect(findings).toMatchObject([
    {
      kind: "surface",
      rule: "surface-required-member-added",
      provider: "segment",
      location: { revision: { file: schema } },
    },
  ]);
});

test("against a commit", async () => {
  const now = copyOf(released);
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: now, stdio: "pipe" });
  };
  git("init", "-q");
  git("add", "generated");
  git("commit", "-qm", "release");
  expect(await runIn(now, "drift", "surface")).toMatchObject({ code: 0, err: "segment: nothing changed\n" });
  editIn(now, "generated/segment/v1/index.ts", (text) => text.replace('export type * from "./schema.ts";\n', ""));
  const ran = await runIn(now, "drift", "surface", "--against", "HEAD");
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(
    /HEAD:generated\/segment\/v1\/schema\.ts:\d+:\d+ breaking surface-export-removed \.\/v1 \w+ is not exported any more/,
  );
  expect(await runIn(now, "drift", "surface", "--against", "nowhere")).toMatchObject({
    code: 3,
    err: expect.stringContaining("there is no commit nowhere in this clone"),
  });
});
