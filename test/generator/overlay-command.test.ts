import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { main } from "../../generator/cli.ts";

// The first run loads the printers.
vi.setConfig({ testTimeout: 30_000 });

const document = `openapi: 3.1.0
info: { title: Acme, version: "1.0" }
servers: [{ url: "https://api.acme.example" }]
paths:
  /orders:
    get: { operationId: listOrders, tags: [Orders], responses: { "200": { description: ok } } }
`;
const overlay = (target: string): string => `overlay: 1.1.0
info: { title: repairs, version: "1" }
actions:
  - target: ${target}
    update: { parameters: [{ name: page, in: query, schema: { type: integer } }] }
`;
const listOrders = "$.paths['/orders'].get";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "couplet-overlay-"));
});
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
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

it("a project's overlay is applied, locked, and checked", async () => {
  put("specs/acme/1.0/openapi.yaml", document);
  put("specs/acme/policy.yaml", 'policy: "1.0"\nprovider: acme\n');
  expect((await run("generate")).code).toBe(0);
  put("specs/acme/1.0/overlay.yaml", overlay(listOrders));
  expect((await run("generate", "--check")).code).toBe(1);
  expect(await run("generate")).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(join(root, "generated/acme/1.0/orders.ts"), "utf8")).toMatch(/page\?: number/);
  expect((await run("generate")).out).toMatch(/unchanged/);
  expect(await run("policy", "lint")).toMatchObject({ code: 0 });
  expect(readFileSync(join(root, "couplet.lock.json"), "utf8")).toContain('"specs/acme/1.0/overlay.yaml"');

  // The document moved on: the overlay no longer bites, and nothing is written.
  put("specs/acme/1.0/overlay.yaml", overlay("$.paths['/purchases'].get"));
  const refused = await run("generate");
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("specs/acme/1.0/overlay.yaml:4:5 error P701");
  expect(readFileSync(join(root, "generated/acme/1.0/orders.ts"), "utf8")).toMatch(/page\?: number/);
  expect((await run("policy", "lint")).err).toContain("P701");

  rmSync(join(root, "specs/acme/1.0/overlay.yaml"));
  expect((await run("generate")).code).toBe(0);
  expect(readFileSync(join(root, "generated/acme/1.0/orders.ts"), "utf8")).not.toMatch(/page/);
});

it("two overlay files in one folder are refused", async () => {
  put("specs/acme/1.0/overlay.yaml", overlay(listOrders));
  put("specs/acme/1.0/overlay.json", "{}");
  expect(await run("generate")).toMatchObject({ code: 2, err: expect.stringContaining("keep one overlay file") });
});

it("--overlay goes with --spec; leaving it out again is a change", async () => {
  put("a.yaml", document);
  put("o.yaml", overlay(listOrders));
  const spec = ["generate", "--spec", "a.yaml", "--out", "out"];
  const orders = (): string => readFileSync(join(root, "out/1.0/orders.ts"), "utf8");
  expect(await run(...spec, "--overlay", "o.yaml")).toMatchObject({ code: 0, err: "" });
  expect(orders()).toMatch(/page\?: number/);
  expect((await run(...spec, "--overlay", "o.yaml")).out).toMatch(/unchanged/);
  expect((await run(...spec)).code).toBe(0);
  expect(orders()).not.toMatch(/page/);
  expect((await run(...spec, "--overlay", "o.yaml")).out).not.toMatch(/unchanged/);
  expect((await run("generate", "--overlay", "o.yaml")).err).toContain("--overlay goes with --spec");
  expect((await run(...spec, "--overlay", "gone.yaml")).err).toContain("gone.yaml:1:1 error S001");
});
