/** A new document is accepted whole, or nothing is written. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { parseLock } from "../../../generator/lock.ts";
import { projectOf, runIn } from "../explain/run-in-project.ts";
import { copyOf, editIn, existsIn, ownProject, readIn } from "./own-project.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const older = "specs/stripe/2022-08-01/openapi.yaml";
const newer = "specs/stripe/2022-11-15/openapi.yaml";
const folder = "specs/stripe/2022-08-01";
const changelog = "specs/stripe/CHANGELOG.md";

/** A provider that is generated quickly. */
const acmeFile = "specs/acme/1/openapi.yaml";
const acmeText = `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get:
      operationId: listOrders
      tags: [orders]
      responses: { "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } } }
components:
  schemas:
    Order: { type: object, required: [id, total], properties: { id: { type: string }, total: { type: integer } } }
`;
/** Breaks those who read the total. */
const acmeNext = acmeText.replace("required: [id, total]", "required: [id]");
const acmePolicy = 'policy: "1.0"\nprovider: acme\noperations:\n  listOrders: { timeouts: { attempt: 9s } }\n';

const repair = `overlay: 1.0.0
info: { title: repair, version: "1" }
actions:
  - target: $.components.schemas.Order.properties
    update: { currency: { type: string } }
`;

let fine: string;
let small: string;
beforeAll(async () => {
  fine = await ownProject("stripe", "segment");
  small = projectOf({ [acmeFile]: acmeText, "specs/acme/policy.yaml": acmePolicy, "next.yaml": acmeNext });
  expect(await runIn(small, "generate")).toMatchObject({ code: 0 });
});

/** Every file of a project by path, with the hash of its bytes. */
function snapshot(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const entries = files.map((one) => {
    const path = join(one.parentPath, one.name);
    return [path.slice(root.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")] as const;
  });
  return Object.fromEntries(entries.sort());
}
const changedFiles = (before: Record<string, string>, after: Record<string, string>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]).sort();

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const updateAcme = (root: string, ...more: string[]) => runIn(root, "update", "acme", ...more);
const update = (root: string, ...more: string[]) => runIn(root, "update", "stripe@2022-08-01", ...more);
const lockOf = (root: string) => parseLock("lock", readIn(root, "couplet.lock.json"));

describe("couplet update", () => {
  it("takes the document byte for byte, with everything that follows from it", async () => {
    const root = copyOf(fine);
    const before = snapshot(root);
    const segment = lockOf(root).providers["segment"];
    const printed = await update(root, "--to", newer, "--now", "2026-12-01", "--pr-body", "pr.md");
    expect(printed).toMatchObject({ code: 0, err: "" });
    expect(printed.out).toMatch(
      /^stripe@2022-08-01 {2}specs\/stripe\/2022-11-15\/openapi.yaml: 2 breaking, 0 risky, 0 announced, 1 safe\n@connectors\/stripe {2}0\.0\.0 -> 0\.1\.0 \(major, before 1\.0 the second number\)\n\d+ files written, 0 removed\ntitle: feat\(stripe\)!: take the document of 2022-08-01 of 2026-12-01\n$/,
    );
    expect(readIn(root, older)).toBe(readIn(root, newer));
    const { sha256, fetched, file, licence } = parse(readIn(root, `${folder}/source.yaml`));
    expect({ fetched, file, licence }).toEqual({ fetched: "2026-12-01", file: newer, licence: "MIT" });
    expect(sha256).toBe(createHash("sha256").update(readIn(root, newer)).digest("hex"));
    expect(readIn(root, changelog)).toMatch(
      /^# Changelog of @connectors\/stripe\n\n## 0\.1\.0 \(2026-12-01\)\n\n`stripe@2022-08-01`: the document of (?:.*\n)*### Breaking\n\n- \*\*.*PaymentIntent\.charges is gone/,
    );
    expect(readIn(root, "generated/stripe/CHANGELOG.md")).toBe(readIn(root, changelog));
    expect(JSON.parse(readIn(root, "generated/stripe/package.json")).version).toBe("0.1.0");
    expect(readIn(root, "pr.md")).toContain("2 breaking changes");
    // Nothing else has moved: neither the other version nor the other provider.
    const changed = changedFiles(before, snapshot(root));
    expect(changed.filter((path) => /2022-11-15|segment/.test(path))).toEqual([]);
    expect(lockOf(root).providers["segment"]).toEqual(segment);
    expect(await runIn(root, "check", "--rebuild")).toMatchObject({ code: 0, err: "" });
    // And that was all: nothing is left to accept.
    const settled = snapshot(root);
    expect((await update(root, "--to", newer)).out).toContain("nothing to accept");
    expect(snapshot(root)).toEqual(settled);
  });

  it("puts the next entry above the ones before, and leaves what people wrote", async () => {
    const root = copyOf(small);
    put(root, "specs/acme/CHANGELOG.md", "# Our words\n\nabout it\n\n## 0.0.1\n\nby hand\n");
    await runIn(root, "generate");
    await updateAcme(root, "--to", "next.yaml", "--now", "2026-12-01");
    expect(readIn(root, "specs/acme/CHANGELOG.md")).toMatch(
      /^# Our words\n\nabout it\n\n## 0\.1\.0 \(2026-12-01\)\n(?:.*\n)*\n## 0\.0\.1\n\nby hand\n$/,
    );
  });

  it("takes what was fetched last, and drops the approvals of what was pinned", async () => {
    const server = createServer((_, response) => void response.end(readIn(fine, newer)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`;
    const root = copyOf(fine);
    editIn(root, `${folder}/source.yaml`, (text) => `${text}url: ${url}\n`);
    const drift = await runIn(root, "drift", "upstream", "stripe@2022-08-01", "--fetch", "--json");
    expect(drift.code).toBe(1);
    put(root, "drift.json", drift.out);
    const { findings } = JSON.parse(drift.out) as { findings: { fingerprint: string }[] };
    const ids = findings.map(({ fingerprint }) => fingerprint);
    expect(await runIn(root, "approve", ...ids, "--report", "drift.json", "--reason", "handled")).toMatchObject({
      code: 0,
    });
    expect(await runIn(root, "check")).toMatchObject({ code: 0 });
    const printed = await update(root);
    expect(printed).toMatchObject({ code: 0, out: expect.stringContaining(`${ids.length} approvals dropped`) });
    expect(parse(readIn(root, `${folder}/source.yaml`))).toMatchObject({ url });
    expect(readIn(root, "couplet.approvals.yaml")).not.toContain("fingerprint");
    expect(await runIn(root, "check")).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 of 3 versions seen, none changed"),
    });
  });

  it("adds a version beside the others, which stay byte for byte", async () => {
    const root = copyOf(fine);
    put(root, "new.json", JSON.stringify(parse(readIn(root, "specs/segment/v1/openapi.yaml"))));
    const before = snapshot(root);
    const printed = await runIn(root, "update", "segment", "--to", "new.json", "--as", "v2");
    expect(printed).toMatchObject({ code: 0, out: expect.stringContaining("title: feat(segment): add version v2") });
    expect(printed.out).toContain("0.0.0 -> 0.1.0 (minor)");
    const changed = changedFiles(before, snapshot(root));
    expect(changed.filter((path) => path.includes("/v1/"))).toEqual([]);
    expect(changed).toContain("specs/segment/v2/openapi.json");
    expect(changed).toContain("generated/segment/v2/index.ts");
    expect(await runIn(root, "check", "--rebuild")).toMatchObject({ code: 0, err: "" });
  });

  it("replaces all files of a document, and removes those that are left over", async () => {
    const root = copyOf(small);
    const document = parse(acmeText);
    document.paths["/orders"].get.responses["418"] = { $ref: "./parts/teapot.json" };
    put(root, "in/openapi.json", JSON.stringify(document));
    put(root, "in/parts/teapot.json", '{ "description": "kept" }');
    expect(await updateAcme(root, "--to", "in/openapi.json")).toMatchObject({ code: 0 });
    expect(existsIn(root, acmeFile)).toBe(false);
    expect(readIn(root, "specs/acme/1/parts/teapot.json")).toBe('{ "description": "kept" }');
    expect(parse(readIn(root, "specs/acme/1/source.yaml"))).toMatchObject({ file: "in/openapi.json", files: 2 });
    expect(await runIn(root, "check")).toMatchObject({ code: 0, err: "" });
    expect(await updateAcme(root, "--to", "next.yaml")).toMatchObject({ code: 0 });
    expect(Object.keys(snapshot(root)).filter((path) => path.startsWith("specs/acme/1/"))).toEqual([
      "specs/acme/1/openapi.yaml",
      "specs/acme/1/source.yaml",
    ]);
    expect(await runIn(root, "check")).toMatchObject({ code: 0, err: "" });
  });

  it("keeps the name of a document that the policy names, and applies its overlay to the new one", async () => {
    const root = copyOf(small);
    rmSync(join(root, acmeFile));
    put(root, "specs/acme/documents/acme.yaml", acmeText);
    put(root, "specs/acme/repair.yaml", repair);
    put(
      root,
      "specs/acme/policy.yaml",
      `${acmePolicy}versions: { "1": { spec: documents/acme.yaml, overlays: [repair.yaml] } }\n`,
    );
    expect(await runIn(root, "generate")).toMatchObject({ code: 0 });
    put(root, "next.json", JSON.stringify(parse(acmeNext)));
    expect(await updateAcme(root, "--to", "next.json")).toMatchObject({
      code: 0,
      out: expect.stringContaining("1 breaking"),
    });
    expect(readIn(root, "specs/acme/documents/acme.yaml")).toBe(readIn(root, "next.json"));
    expect(readIn(root, "generated/acme/1/schema.ts")).toContain("currency");
    expect(await runIn(root, "check")).toMatchObject({ code: 0, err: "" });
    // A repair that finds nothing to repair is told at its line.
    put(root, "next.json", JSON.stringify(parse(acmeNext.replaceAll("Order", "Purchase"))));
    expect(await updateAcme(root, "--to", "next.json")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/specs\/acme\/repair.yaml:4:\d+ error P701/),
    });
  });

  it("accepts a server that moved, which generate does not", async () => {
    const root = copyOf(small);
    editIn(root, acmeFile, (text) => text.replace("api.acme.example", "api2.acme.example"));
    expect(await runIn(root, "generate")).toMatchObject({ code: 2, err: expect.stringContaining("L003") });
    const printed = await updateAcme(root);
    expect(printed).toMatchObject({ code: 0, out: expect.stringContaining("generated again; the document stays") });
    expect(printed.out).toContain("\ncalls and credentials go to a new place: https://api2.acme.example\n");
    expect(readIn(root, "specs/acme/CHANGELOG.md")).toContain(
      "**Calls and credentials go to a new place:** `https://api2.acme.example`.",
    );
    expect(lockOf(root).providers["acme"]!.versions["1"]!.origins).toEqual(["https://api2.acme.example"]);
    expect(await runIn(root, "check")).toMatchObject({ code: 0 });
  });

  it("tells what would become of it, and does not do it", async () => {
    const root = copyOf(small);
    const before = snapshot(root);
    const { code, out } = await updateAcme(root, "--to", "next.yaml", "--dry-run", "--json", "--pr-body", "pr.md");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ provider: "acme", version: "1", bump: "major", written: false, droppedApprovals: 0 },
      document: { from: "next.yaml" },
      package: { name: "@connectors/acme", before: "0.0.0", after: "0.1.0" },
      drift: { summary: { breaking: 1 } },
    });
    const told = await updateAcme(root, "--to", "next.yaml", "--dry-run", "--pr-body", "pr.md", "--now", "2026-12-01");
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining("nothing was written (--dry-run)") });
    expect(snapshot(root)).toEqual(before);

    // The text of the pull request is told, in full, as the file would hold it.
    const [, body] = told.out.split("\npr.md would hold:\n\n");
    const { prBody } = JSON.parse(
      (await updateAcme(root, "--to", "next.yaml", "--dry-run", "--json", "--pr-body", "pr.md", "--now", "2026-12-01"))
        .out,
    );
    await updateAcme(root, "--to", "next.yaml", "--pr-body", "pr.md", "--now", "2026-12-01");
    expect([body, `${prBody}\n`]).toEqual([readIn(root, "pr.md"), readIn(root, "pr.md")]);
  });

  it.each([
    ["major", "1.0.0"],
    ["patch", "0.0.1"],
    ["none", "0.0.0"],
  ])("lets a person decide the bump: %s", async (bump, version) => {
    const root = copyOf(small);
    expect(await updateAcme(root, "--to", "next.yaml", "--bump", bump)).toMatchObject({ code: 0 });
    expect(lockOf(root).providers["acme"]!.package!.version).toBe(version);
    expect(existsIn(root, "specs/acme/CHANGELOG.md")).toBe(bump !== "none");
    expect(await runIn(root, "check")).toMatchObject({ code: 0 });
  });

  it("raises the version for what was generated before", async () => {
    const root = copyOf(small);
    const printed = await updateAcme(root, "--bump", "patch", "--now", "2026-12-01");
    expect(printed).toMatchObject({ code: 0, out: expect.stringContaining("0.0.0 -> 0.0.1 (patch)") });
    expect(readIn(root, "generated/acme/CHANGELOG.md")).toBe(
      "# Changelog of @connectors/acme\n\n## 0.0.1 (2026-12-01)\n\n`acme@1`: generated again.\n",
    );
    expect(await runIn(root, "check")).toMatchObject({ code: 0, err: "" });
  });

  it("writes text of a hostile document as text", async () => {
    const root = copyOf(small);
    const document = parse(acmeText);
    document.components.schemas.Order.properties["<img src=x onerror=alert(1)>@octocat\n## 9.9.9"] = { type: "string" };
    put(root, "new.json", JSON.stringify(document));
    expect(await updateAcme(root, "--to", "new.json", "--pr-body", "pr.md")).toMatchObject({ code: 0 });
    for (const text of [readIn(root, "specs/acme/CHANGELOG.md"), readIn(root, "pr.md")]) {
      expect(text).not.toMatch(/<img|@octocat|^## 9/m);
      expect(text).toContain("octocat");
    }
  });

  type Failure = [what: string, spoil: (root: string) => void, args: string[], code: number, told: string | RegExp];
  const nothing = (): void => {};
  const lock = "couplet.lock.json";
  const generated = "generated/acme/1";
  const failures: Failure[] = [
    ["a file that is not there", nothing, ["--to", "none.yaml"], 3, /none.yaml:1:1 error S001/],
    [
      "a document that is none",
      (root) => put(root, "x.yaml", "a: [\n"),
      ["--to", "x.yaml"],
      3,
      /x.yaml:\d+:\d+ error S003/,
    ],
    [
      "a document without an operation of the policy",
      (root) => put(root, "x.yaml", acmeNext.replace("listOrders", "getOrders")),
      ["--to", "x.yaml"],
      2,
      "specs/acme/policy.yaml:4:3 error P201",
    ],
    ["a host that is not allowed", nothing, ["--to", "https://acme.example/o.json"], 2, "C006 no connection is opened"],
    [
      "a server that is down",
      nothing,
      ["--to", "http://127.0.0.1:9/openapi.json", "--allow-host", "127.0.0.1:9"],
      4,
      "cannot be fetched",
    ],
    ["a commit that is not there", nothing, ["--to", "git:nowhere:openapi.yaml"], 3, "C007"],
    [
      "a folder where a file is to be written",
      (root) => {
        rmSync(join(root, generated, "orders.ts"));
        mkdirSync(join(root, generated, "orders.ts"));
      },
      ["--to", "next.yaml"],
      2,
      "C003",
    ],
    [
      "a link out of the package",
      (root) => {
        rmSync(join(root, generated), { recursive: true });
        symlinkSync(join(root, "specs"), join(root, generated));
      },
      ["--to", "next.yaml"],
      2,
      "C003",
    ],
    [
      "a merge conflict in the lock",
      (root) => editIn(root, lock, (text) => `<<<<<<< HEAD\n${text}`),
      ["--to", "next.yaml"],
      2,
      `${lock}:1:1 error L001`,
    ],
    [
      "no lock",
      (root) => rmSync(join(root, lock)),
      ["--to", "next.yaml"],
      2,
      "there is no couplet.lock.json: what was pinned is not known",
    ],
    [
      "a lock of a couplet to come",
      (root) => editIn(root, lock, (text) => text.replace('"lockVersion": 1', '"lockVersion": 2')),
      ["--to", "next.yaml"],
      2,
      /^couplet.lock.json:\d+:3 error L001 lockVersion is 2, and this couplet reads 1\n(?:.*\n){2} {2}fix: run the couplet that wrote it/,
    ],
    [
      "a package's version that is none",
      (root) => editIn(root, lock, (text) => text.replace('"version": "0.0.0"', '"version": "next"')),
      ["--to", "next.yaml"],
      2,
      /couplet.lock.json:\d+:\d+ error L002 the package's version "next"/,
    ],
    [
      "a source.yaml with a mistake",
      (root) => put(root, "specs/acme/1/source.yaml", "url: [\n"),
      ["--to", "next.yaml"],
      2,
      /source.yaml:\d+:\d+ error C008/,
    ],
    [
      "a lock that would remove other files",
      (root) => editIn(root, lock, (text) => text.replace('"README.md"', '"../../next.yaml"')),
      ["--to", "next.yaml"],
      2,
      "L001 the lock lists",
    ],
    [
      "approvals with a mistake",
      (root) => put(root, "couplet.approvals.yaml", "version: 9\n"),
      ["--to", "next.yaml"],
      2,
      "A001",
    ],
    ["a new version without its document", nothing, ["--as", "2"], 2, "--as needs the document of the new version"],
    ["a version that is there", nothing, ["--to", "next.yaml", "--as", "1"], 2, "acme@1 is there already"],
    ["a name that is none", nothing, ["--to", "next.yaml", "--as", "../x"], 2, "is not a version's name"],
  ];
  it.each(failures)("writes nothing for %s", async (_, spoil, args, code, told) => {
    const root = copyOf(small);
    spoil(root);
    const before = snapshot(root);
    const printed = await updateAcme(root, ...args, "--pr-body", "pr.md");
    expect(printed).toMatchObject({ code, err: expect.stringMatching(told) });
    expect(snapshot(root)).toEqual(before);
  });

  it("needs one version", async () => {
    expect(await runIn(fine, "update", "stripe", "--to", newer)).toMatchObject({
      code: 2,
      err: expect.stringContaining("stripe has 2 versions, and this is about one"),
    });
  });
});
