/** What the lock pins of a version, and what does not pass without leave. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type LockedProvider, type LockedVersion, parseLock } from "../../generator/lock.ts";
import { projectOf, runIn } from "./explain/run-in-project.ts";

vi.setConfig({ testTimeout: 30_000 });

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example/v1" }]
paths:
  /orders:
    get: { operationId: listOrders, tags: [orders], responses: { "200": { description: ok } } }
    post: { operationId: createOrder, tags: [orders], deprecated: true, x-sunset: 2027-03-01T00:00:00Z, responses: { "200": { description: ok } } }
    delete: { operationId: deleteOrders, tags: [orders], deprecated: true, responses: { "200": { description: ok } } }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://login.acme.example/token", scopes: {} } } }
security: [{ oauth: [] }]
`;
const specFile = "specs/acme/1.0/openapi.yaml";
const policyFile = "specs/acme/policy.yaml";
const policy = 'policy: "1.0"\nprovider: acme\n';

async function generated(files: Readonly<Record<string, string>> = { [specFile]: document }): Promise<string> {
  const root = projectOf(files);
  expect(await runIn(root, "generate")).toMatchObject({ code: 0 });
  return root;
}
const read = (root: string, path: string): string => readFileSync(join(root, path), "utf8");
function change(root: string, path: string, edit: (text: string) => string): void {
  writeFileSync(join(root, path), edit(read(root, path)));
}
const locked = (root: string): LockedProvider =>
  parseLock("couplet.lock.json", read(root, "couplet.lock.json")).providers["acme"]!;
const version = (root: string): LockedVersion => locked(root).versions["1.0"]!;

describe("the lock of a version", () => {
  it("knows what is deprecated, where calls go, and the package", async () => {
    const root = await generated();
    expect(version(root)).toMatchObject({
      deprecations: { createOrder: "2027-03-01", deleteOrders: null },
      origins: ["https://api.acme.example", "https://login.acme.example"],
    });
    expect(locked(root).package).toEqual({ name: "@connectors/acme", version: "0.0.0" });
    expect(version(root)).not.toHaveProperty("policySha256");
  });

  const hashes = ["specSha256", "irSha256", "policySha256", "effectiveSha256", "surfaceSha256"] as const;
  it.each<[what: string, path: string, edit: (text: string) => string, changed: readonly string[]]>([
    ["a comment of the policy", policyFile, (text) => `# more\n${text}`, ["policySha256"]],
    [
      "a figure of the policy",
      policyFile,
      (text) => `${text}defaults: { timeouts: { attempt: 9s } }\n`,
      ["policySha256", "effectiveSha256"],
    ],
    ["a title of the document", specFile, (text) => text.replace("title: Acme", "title: Acme, Inc"), ["specSha256"]],
    [
      "a new operation",
      specFile,
      (text) =>
        text.replace(
          "  /orders:",
          '  /x: { get: { operationId: x, responses: { "200": { description: x } } } }\n  /orders:',
        ),
      ["specSha256", "irSha256", "effectiveSha256", "surfaceSha256"],
    ],
  ])("tells %s apart", async (_, path, edit, changed) => {
    const root = await generated({ [specFile]: document, [policyFile]: policy });
    const before = version(root);
    change(root, path, edit);
    expect(await runIn(root, "generate")).toMatchObject({ code: 0 });
    const after = version(root);
    expect(hashes.filter((name) => before[name] !== after[name])).toEqual(changed);
  });

  it.each<[what: string, path: string, edit: (text: string) => string, message: string]>([
    [
      "a server of the document",
      specFile,
      (text) => text.replace("https://api.acme.example/v1", "https://api.acme.test/v1"),
      `${specFile}:3:13 error L003 the server "default" is at https://api.acme.test`,
    ],
    [
      "a server with another port",
      specFile,
      (text) => text.replace("https://api.acme.example/v1", "https://api.acme.example:8443/v1"),
      "error L003",
    ],
    [
      "a token endpoint",
      specFile,
      (text) => text.replace("https://login.acme.example", "https://login.acme.test"),
      `error L003 the token endpoint of "oauth" is at https://login.acme.test`,
    ],
    [
      "a server of the policy",
      policyFile,
      () => `${policy}servers: { live: { url: "https://eu.acme.example" } }\n`,
      `${policyFile}:3:25 error L003 the server "live" is at https://eu.acme.example`,
    ],
  ])("does not let %s move", async (_, path, edit, message) => {
    const root = await generated({ [specFile]: document, [policyFile]: policy });
    const before = read(root, "couplet.lock.json");
    change(root, path, edit);
    const { code, err } = await runIn(root, "generate");
    expect({ code, found: err.includes(message) ? message : err }).toEqual({ code: 2, found: message });
    expect(err).toContain("`couplet update acme@1.0` accepts it");
    expect(read(root, "couplet.lock.json")).toBe(before);
  });

  it("lets paths below an origin move, and warns only where one document is generated without a project", async () => {
    const root = await generated();
    change(root, specFile, (text) => text.replace("example/v1", "example/v2"));
    expect(await runIn(root, "generate")).toMatchObject({ code: 0, err: "" });
    const args = ["generate", "--spec", specFile, "--out", "one"];
    await runIn(root, ...args);
    change(root, specFile, (text) => text.replace("api.acme.example", "api.acme.test"));
    const { code, err } = await runIn(root, ...args);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("warning L003") });
  });

  it("reads a lock of before, and whole URLs among its origins", async () => {
    const root = await generated();
    change(root, "couplet.lock.json", (text) => {
      const lock = JSON.parse(text);
      delete lock.providers.acme.sha256;
      delete lock.providers.acme.package;
      for (const key of ["deprecations", "effectiveSha256", "irSha256", "surfaceSha256"])
        delete lock.providers.acme.versions["1.0"][key];
      lock.providers.acme.versions["1.0"].origins = ["https://api.acme.example/v1", "https://login.acme.example/token"];
      return JSON.stringify(lock);
    });
    expect(await runIn(root, "generate")).toMatchObject({ code: 0, err: "" });
    expect(version(root).surfaceSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("does not take an edited entry for an unchanged run", async () => {
    const root = await generated();
    const before = read(root, "couplet.lock.json");
    change(root, "couplet.lock.json", (text) =>
      text.replace('"createOrder": "orders.create"', '"createOrder": "orders.place"'),
    );
    expect((await runIn(root, "generate")).out).not.toContain("unchanged");
    // A name that is pinned stays, also when a person pinned it.
    expect(version(root).names["createOrder"]).toBe("orders.place");
    change(root, "couplet.lock.json", (text) => text.replace(/ *"createOrder": "orders.place",\n/, ""));
    await runIn(root, "generate");
    expect(read(root, "couplet.lock.json")).toBe(before);
  });

  it("prints the package's version and changelog from the project", async () => {
    const root = await generated();
    change(root, "couplet.lock.json", (text) => text.replace('"version": "0.0.0"', '"version": "1.4.0"'));
    writeFileSync(join(root, "specs/acme/CHANGELOG.md"), "# Changes\n");
    await runIn(root, "generate");
    const manifest = JSON.parse(read(root, "generated/acme/package.json"));
    expect(manifest).toMatchObject({ version: "1.4.0", files: expect.arrayContaining(["CHANGELOG.md"]) });
    expect(read(root, "generated/acme/CHANGELOG.md")).toBe("# Changes\n");
    expect((await runIn(root, "generate")).out).toContain("unchanged");
    writeFileSync(join(root, "specs/acme/CHANGELOG.md"), "# Changes\n\nmore\n");
    await runIn(root, "generate");
    expect(read(root, "generated/acme/CHANGELOG.md")).toContain("more");
    rmSync(join(root, "specs/acme/CHANGELOG.md"));
    expect((await runIn(root, "generate")).out).toContain("1 removed");
  });
});
