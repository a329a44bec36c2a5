/** Versions whose document or overlays the policy names, through the commands that a person runs. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../generator/cli.ts";
import { loadProject } from "../../generator/project.ts";

// The first run loads the printers.
vi.setConfig({ testTimeout: 30_000 });

const document = (version: string): string => `openapi: 3.1.0
info: { title: Acme, version: "${version}" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get: { operationId: listOrders, tags: [Orders], responses: { "200": { description: ok } } }
`;
const overlay = (parameter: string): string => `overlay: 1.1.0
info: { title: repairs, version: "1" }
actions:
  - target: $.paths['/orders'].get
    update: { parameters: [{ name: ${parameter}, in: query, schema: { type: integer } }] }
`;
const policy = (versions: string): string => `policy: "1.0"\nprovider: acme\nversions:\n${versions}`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "couplet-project-"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await main(args, {
    cwd: root,
    colour: false,
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    progress: () => {},
  });
  return { code, out, err };
}

const orders = (version: string): Promise<string> =>
  readFile(join(root, "generated/acme", version, "orders.ts"), "utf8");

describe("versions of the policy", () => {
  it("have the document and the overlays that it names; folders keep what they have", async () => {
    await put("specs/acme/1.0/openapi.yaml", document("1.0"));
    await put("specs/acme/1.0/overlay.yaml", overlay("page"));
    await put("specs/acme/vendored/openapi.yaml", document("2.0"));
    await put("specs/acme/common.overlay.yaml", overlay("limit"));
    await put("specs/shared/three.yaml", document("3.0"));
    await put("specs/acme/3.0/overlay.yaml", overlay("after"));
    await put(
      "specs/acme/policy.yaml",
      policy(
        '  "1.0": {}\n  "2.0": { spec: ./vendored/openapi.yaml, overlays: [common.overlay.yaml] }\n  "3.0": { spec: ../shared/three.yaml }\n',
      ),
    );
    const { providers } = await loadProject(root);
    expect(providers.find(({ provider }) => provider === "acme")).toEqual({
      provider: "acme",
      policy: "specs/acme/policy.yaml",
      findings: [],
      versions: [
        { version: "1.0", document: "specs/acme/1.0/openapi.yaml", overlays: ["specs/acme/1.0/overlay.yaml"] },
        { version: "2.0", document: "specs/acme/vendored/openapi.yaml", overlays: ["specs/acme/common.overlay.yaml"] },
        { version: "3.0", document: "specs/shared/three.yaml", overlays: ["specs/acme/3.0/overlay.yaml"] },
      ],
    });
    expect(await run("generate")).toMatchObject({ code: 0, err: "" });
    expect(await orders("1.0")).toMatch(/page\?: number/);
    expect(await orders("2.0")).toMatch(/limit\?: number/);
    expect(await orders("3.0")).toMatch(/after\?: number/);
    expect(await readdir(join(root, "generated/acme"))).not.toContain("vendored");
    expect((await run("generate")).out).toMatch(/unchanged/);
    expect((await run("generate", "--check")).code).toBe(0);
    expect(await run("policy", "lint", "acme@3.0")).toMatchObject({ code: 0 });
    await put("specs/acme/common.overlay.yaml", overlay("size"));
    expect((await run("generate", "--check")).code).toBe(1);
  });

  it("replace the overlay of their folder, also by none", async () => {
    await put("specs/acme/1.0/openapi.yaml", document("1.0"));
    await put("specs/acme/1.0/overlay.yaml", overlay("page"));
    await put("specs/acme/policy.yaml", policy('  "1.0": { overlays: [] }\n'));
    expect(await run("generate")).toMatchObject({ code: 0, err: "" });
    expect(await orders("1.0")).not.toMatch(/page/);
  });

  it.each([
    ["a missing document", "spec: gone.yaml", "specs/acme/policy.yaml:4:18 error P202 there is no such file"],
    ["a folder", "spec: ./", "error P202 this is not a file"],
    [
      "a document outside",
      "spec: ../../../gone.yaml",
      "specs/acme/policy.yaml:4:18 error P003 a document must lie inside",
    ],
    ["a link to the outside", "spec: linked.yaml", "error P003 a document must lie inside"],
    ["a missing overlay", "overlays: [../acme/1.0/openapi.yaml, gone.yaml]", "specs/acme/policy.yaml:4:49 error P202"],
    ["an overlay by its URL", 'overlays: ["https://acme.example/o.yaml"]', "error P202"],
  ])("%s is a located error of both commands, and nothing is written", async (_, entry, wanted) => {
    await put("specs/acme/1.0/openapi.yaml", document("1.0"));
    await symlink("/etc/hostname", join(root, "specs/acme/linked.yaml"));
    await put("specs/acme/policy.yaml", policy(`  "1.0": { ${entry} }\n`));
    const [generated, linted] = [await run("generate"), await run("policy", "lint")];
    expect([generated.code, linted.code]).toEqual([2, 1]);
    expect(generated.err).toContain(wanted);
    expect(linted.err).toContain(wanted);
    expect(await readdir(root)).toEqual(["specs"]);
  });

  it("a label that cannot be a folder's name is refused", async () => {
    await put("specs/acme/a.yaml", document("1.0"));
    await put("specs/acme/policy.yaml", policy("  V1: { spec: a.yaml }\n"));
    expect((await run("policy", "lint")).err).toContain("specs/acme/policy.yaml:4:3 error P003");
  });

  it("with --spec the command line names the files, and what it leaves out is told", async () => {
    await put("a.yaml", document("1.0"));
    await put("o.yaml", overlay("page"));
    await put("acme.policy.yaml", policy('  "1.0": { overlays: [o.yaml] }\n'));
    const done = await run("generate", "--spec", "a.yaml", "--policy", "acme.policy.yaml", "--out", "out");
    expect(done.code).toBe(0);
    expect(done.err).toContain("acme.policy.yaml:4:12 warning P205 `overlays` is not used");
  });
});

describe("bases of the policy", () => {
  it("are inputs of what is generated, and told once for all providers", async () => {
    for (const provider of ["acme", "bolt"]) {
      await put(`specs/${provider}/1.0/openapi.yaml`, document("1.0"));
      await put(
        `specs/${provider}/policy.yaml`,
        `policy: "1.0"\nprovider: ${provider}\nextends: [../base.policy.yaml]\n`,
      );
    }
    const base = (deadline: string): string => `policy: "1.0"\ndefaults: { timeouts: { deadline: ${deadline} } }\n`;
    await put("specs/base.policy.yaml", base("40s"));
    expect(await run("generate")).toMatchObject({ code: 0, err: "" });
    expect(await orders("1.0")).toContain("40 s");
    expect(await readFile(join(root, "couplet.lock.json"), "utf8")).toContain('"specs/base.policy.yaml"');
    expect((await run("generate")).out).toMatch(/unchanged/);
    await put("specs/base.policy.yaml", base("50s"));
    expect((await run("generate", "--check")).code).toBe(1);
    expect((await run("generate")).code).toBe(0);
    expect(await orders("1.0")).toContain("50 s");
    await put("specs/base.policy.yaml", base("50"));
    const linted = await run("policy", "lint");
    expect(linted.err.match(/specs\/base\.policy\.yaml:2:35 error P101/g)).toHaveLength(1);
    expect(linted.out).toContain("2 policies: 1 error");
  });
});
