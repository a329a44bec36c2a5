import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseLock, printLock, seal, sha256 } from "../../../generator/lock.ts";
import { projectOf, projectRoot, runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, ownProject, readIn } from "./own-project.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const lockFile = "couplet.lock.json";
const document = "specs/shippo/2018-02-08/openapi.yaml";
const charges = "generated/shippo/2018-02-08/shipments.ts";

let fine: string;
beforeAll(async () => {
  fine = await ownProject("shippo", "segment");
});

/** What of a lock is spoilt here; the lock's own types forbid it. */
interface Spoilable {
  generator: { sha256: string };
  providers: {
    shippo: {
      sha256: string;
      versions: { "2018-02-08": { operations: number; origins: string[]; outputs: Record<string, string> } };
    };
  };
}

/** Edits the lock and keeps its form. */
const relock = (root: string, edit: (lock: Spoilable) => void): void =>
  editIn(root, lockFile, (text) => {
    const lock = JSON.parse(text) as Spoilable;
    edit(lock);
    return `${JSON.stringify(lock, null, 2)}\n`;
  });

describe("couplet check", () => {
  it("says in a line for each part that nothing has drifted", async () => {
    expect(await runIn(fine, "check")).toEqual({
      code: 0,
      err: "",
      out: expect.stringMatching(
        /^ok {3}policies +2 policies, 0 errors.*\nok {3}lock +2 versions, written by couplet .*\nok {3}documents .*\nok {3}generated +\d+ files, as locked\n(?:.*\n)*nothing has drifted\n$/,
      ),
    });
  });

  it("has the same verdict without believing a hash, and for one provider", async () => {
    expect(await runIn(fine, "check", "--rebuild")).toMatchObject({
      code: 0,
      out: expect.stringContaining("built again for segment, shippo"),
    });
    expect((await runIn(fine, "check", "shippo")).out).toContain("1 version,");
  });

  it("holds for the project itself", async () => {
    expect(await runIn(projectRoot, "check")).toMatchObject({ code: 0, err: "" });
  });

  type Case = [what: string, spoil: (root: string) => void, code: number, told: string | RegExp, also?: RegExp];
  const cases: readonly Case[] = [
    [
      "a generated file that was edited",
      (root) => editIn(root, charges, (text) => text.replace("export interface", "export  interface")),
      1,
      new RegExp(`${charges}:\\d+:1 error G301 this generated file was edited`),
      /\d+ \| export {2}interface/,
    ],
    [
      "a generated file that is gone",
      (root) => rmSync(join(root, charges)),
      1,
      `${charges}:1:1 error G301 this generated file is missing`,
    ],
    [
      "a package that is gone",
      (root) => rmSync(join(root, "generated/shippo"), { recursive: true }),
      1,
      /^generated\/shippo\/2018-02-08\/addresses.ts:1:1 error G301 this and \d+ more generated files are missing\n.*\n$/,
    ],
    [
      "a file that nothing generates",
      (root) => writeFileSync(join(root, "generated/shippo/2018-02-08/mine.ts"), ""),
      1,
      "generated/shippo/2018-02-08/mine.ts:1:1 error G301 nothing generates this file",
    ],
    [
      "a folder of a provider that is gone",
      (root) => rmSync(join(root, "specs/segment"), { recursive: true }),
      1,
      "generated/segment/package.json:1:1 error G301 nothing generates this file",
    ],
    [
      "a provider that was never generated",
      (root) => {
        mkdirSync(join(root, "specs/acme/1"), { recursive: true });
        writeFileSync(join(root, "specs/acme/1/openapi.yaml"), readIn(root, document));
      },
      1,
      "specs/acme/1/openapi.yaml:1:1 error G301 acme was never generated",
    ],
    [
      "a policy that was edited",
      (root) => editIn(root, "specs/shippo/policy.yaml", (text) => text.replace(/deadline: \d+s/, "deadline: 77s")),
      1,
      "error G301 this generated file is older than its sources",
    ],
    [
      "a policy with a mistake",
      (root) => editIn(root, "specs/shippo/policy.yaml", (text) => `${text}\ntypo: 1\n`),
      1,
      /policy.yaml:\d+:1 error P002/,
    ],
    [
      "a document that was edited",
      (root) => editIn(root, document, (text) => text.replace(/title: .*/, "title: Other")),
      6,
      `${document}:1:1 error P502 this is not the document that was accepted`,
    ],
    [
      "a document that was edited where no client notices",
      (root) => editIn(root, document, (text) => `# words\n${text}`),
      6,
      "but for descriptions, examples and layout it says the same",
    ],
    [
      "a document that is not the one that was fetched",
      (root) => editIn(root, "specs/shippo/2018-02-08/source.yaml", (text) => `${text}sha256: ${"0".repeat(64)}\n`),
      1,
      /source.yaml:\d+:1 error P502 the document beside it is not the one that was taken from there/,
    ],
    [
      "a source.yaml with a mistake",
      (root) => editIn(root, "specs/shippo/2018-02-08/source.yaml", (text) => `${text}sha: 1\n`),
      1,
      /source.yaml:\d+:1 error C008 source.yaml has no key `sha`/,
    ],
    ["no lock", (root) => rmSync(join(root, lockFile)), 6, `${lockFile}:1:1 error L004 there is no lock`],
    [
      "a merge conflict in the lock",
      (root) => editIn(root, lockFile, (text) => text.replace('  "lockVersion"', '<<<<<<< HEAD\n  "lockVersion"')),
      6,
      new RegExp(`${lockFile}:\\d+:1 error L001 the lock holds a merge conflict`),
    ],
    [
      "a lock of another generator",
      (root) => relock(root, (lock) => (lock.generator.sha256 = "0".repeat(64))),
      6,
      new RegExp(`${lockFile}:\\d+:5 error L004 this is couplet`),
    ],
    [
      "an output's hash that was edited in the lock",
      (root) => relock(root, (lock) => (lock.providers.shippo.versions["2018-02-08"].outputs["index.ts"] = "00")),
      6,
      new RegExp(`${lockFile}:\\d+:13 error L002 \`index.ts\` is "00", and a run gives`),
    ],
    [
      "a count that was edited in the lock",
      (root) => relock(root, (lock) => (lock.providers.shippo.versions["2018-02-08"].operations = 99)),
      6,
      "error L002 `operations` is 99, and a run gives",
    ],
    [
      "an origin that was taken out of the lock",
      (root) => relock(root, (lock) => lock.providers.shippo.versions["2018-02-08"].origins.pop()),
      6,
      "error L003 the server",
    ],
    [
      "a seal that was edited in the lock",
      (root) => relock(root, (lock) => (lock.providers.shippo.sha256 = "00")),
      6,
      "error L002 `sha256` does not fit to the entries below",
    ],
    [
      "a server that moves, and a file that was edited",
      (root) => {
        editIn(root, charges, (text) => `${text}// mine\n`);
        editIn(root, "specs/shippo/policy.yaml", (text) =>
          text.replace("https://api.goshippo.com", "https://api.goshippo.test"),
        );
      },
      6,
      /policy.yaml:\d+:\d+ error L003 the server/,
    ],
  ];
  it.each(cases)("finds %s", async (_, spoil, code, told, also = /fix:/) => {
    const root = copyOf(fine);
    spoil(root);
    const before = readIn(root, "generated/segment/package.json");
    const printed = await runIn(root, "check");
    expect(printed.err).toMatch(told);
    expect(printed.err).toMatch(also);
    expect(printed).toMatchObject({ code, out: expect.stringContaining("FAIL") });
    expect(printed.out).toContain(`exit code ${code}`);
    expect(readIn(root, "generated/segment/package.json")).toBe(before);
  });

  it("finds a lock that was made to fit an edited file only when it believes no hash", async () => {
    const root = copyOf(fine);
    editIn(root, charges, (text) => `${text}// mine\n`);
    relock(root, (lock) => {
      const { outputs } = lock.providers.shippo.versions["2018-02-08"];
      outputs["shipments.ts"] = sha256(readIn(root, charges));
    });
    const forged = parseLock(lockFile, readIn(root, lockFile));
    const shippo = seal(forged.providers["shippo"]!);
    writeFileSync(join(root, lockFile), printLock({ ...forged, providers: { ...forged.providers, shippo } }));
    expect((await runIn(root, "check")).code).toBe(0);
    expect(await runIn(root, "check", "--rebuild")).toMatchObject({ code: 1, err: expect.stringContaining(charges) });
  });

  it("says in a line what became of the approvals", async () => {
    const root = copyOf(fine);
    const entry = (until: string): string =>
      `version: 1\napprovals:\n  - { fingerprint: b7c1e0a94f2d11aa, rule: property-removed, reason: ours, until: ${until} }\n`;
    writeFileSync(join(root, "couplet.approvals.yaml"), entry("2026-12-31"));
    const held = await runIn(root, "check", "--now", "2026-12-31");
    expect(held).toMatchObject({ code: 0, out: expect.stringMatching(/\nok {3}approvals {2}1 approval\n/) });
    const ended = await runIn(root, "check", "--now", "2027-01-01");
    expect(ended).toMatchObject({
      code: 5,
      out: expect.stringMatching(/\nFAIL approvals {2}1 of 1 approval does not hold\n/),
    });
  });

  it("prints one JSON object", async () => {
    const root = copyOf(fine);
    rmSync(join(root, charges));
    const { code, out, err } = await runIn(root, "check", "--json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      command: "check",
      exitCode: 1,
      parts: expect.arrayContaining([{ name: "generated", ok: false, summary: expect.stringContaining("1 file of") }]),
      diagnostics: [{ code: "G301", file: charges }],
    });
  });

  it.each([
    [["check", "nobody"], 2, 'there is no provider "nobody"'],
    [["check", "--now", "tomorrow"], 2, '--now "tomorrow" is no day'],
  ])("refuses %j", async (args, code, told) => {
    expect(await runIn(fine, ...args)).toMatchObject({ code, err: expect.stringContaining(told) });
  });

  it("says in a line for each provider that nothing was generated yet", async () => {
    const root = copyOf(fine);
    rmSync(join(root, "generated"), { recursive: true });
    rmSync(join(root, lockFile));
    rmSync(join(root, "specs/policy.schema.json"));
    const { code, err } = await runIn(root, "check");
    expect({ code, findings: err.match(/(?<= error )\w+ .*/g) }).toEqual({
      code: 6,
      findings: [
        "L004 there is no lock: nothing says what was generated from what",
        "G301 this is not the schema of the policy format",
        "G301 segment was never generated",
        "G301 shippo was never generated",
      ],
    });
  });

  it("says what is missing in an empty folder", async () => {
    expect(await runIn(projectOf({}), "check")).toMatchObject({ code: 2, err: expect.stringContaining("C002") });
  });
});
