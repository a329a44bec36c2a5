/** Laws of explain and export, for every operation of the project's own providers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { type EffectiveVersion, loadEffective } from "../../../generator/effective-policy.ts";
import { explain } from "../../../generator/explain/explanation.ts";
import { toPolicyOverlay } from "../../../generator/explain/policy-overlay.ts";
import { retriedOn } from "../../../generator/explain/retry-verdicts.ts";
import { isSameValue } from "../../../generator/explain/same-value.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import type { Json, JsonObject } from "../../../generator/model.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { loadProject } from "../../../generator/project.ts";
import { policyOf, told } from "../policy/harness.ts";
import { projectOf, projectRoot } from "./run-in-project.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const workspace = await loadProject(projectRoot);
const versions: EffectiveVersion[] = [];
for (const sources of workspace.providers) versions.push(...(await loadEffective(workspace, sources, () => {})));
const named = versions.map((one) => [`${one.provider}@${one.version}`, one] as const);

/** The scalar, quoted or plain, that starts at a place. */
function scalarAt(file: string, line: number, column: number): string {
  const rest = readFileSync(join(projectRoot, file), "utf8")
    .split("\n")
    [line - 1]!.slice(column - 1);
  const match = /^"([^"]*)"|^'([^']*)'|^(.*?)(?=\s*(?:, |[}\]]|\s#|$))/.exec(rest);
  return match?.slice(1).find((text) => text !== undefined) ?? "";
}

describe.each(named)("%s", (_, version) => {
  test("every value stands at the place that is given for it", () => {
    let places = 0;
    for (const [id, operation] of version.operations) {
      for (const leaf of explain({ ...version, operation }, id).leaves) {
        for (const { value, origin } of [leaf, ...leaf.overrides]) {
          const { file, line, column } = origin;
          const written = typeof value === "object" ? undefined : value;
          if (file === undefined || written === undefined || origin.layer === "document") continue;
          const found = scalarAt(file, line!, column!);
          expect(isSameValue(found, String(written)), `${id} ${leaf.path}: ${written} is not ${found}`).toBe(true);
          places++;
        }
      }
    }
    expect(places).toBeGreaterThan(50);
  });

  test("the exported policy, written as a policy, gives the same policy", async () => {
    const blocks = blocksOf(toPolicyOverlay(version));
    const shared = blocks.get("$")!;
    const operations = Object.fromEntries(
      version.document.operations.flatMap((operation) => {
        const block = [...blocks].find(([target]) => target === targetOf(operation.pointer))?.[1];
        if (block === undefined) return [];
        const { "x-security": _security, auth: _auth, ...rest } = block;
        return [[operation.operationId ?? operation.key, { ...rest, limitedBy: toNames(rest["limitedBy"]) }]];
      }),
    );
    const source = await policyOf(
      stringify({
        policy: "1.0",
        provider: version.provider,
        servers: shared["servers"],
        ...(shared["serverVariables"] === undefined ? {} : { serverVariables: shared["serverVariables"] }),
        rateLimits: Object.fromEntries(
          Object.entries(shared["rateLimits"] as JsonObject).map(([name, limit]) => [toName(name), limit]),
        ),
        operations,
      }),
    );
    expect(told(source.diagnostics)).toEqual([]);
    const again = planPolicy(source, version.document, version.version);
    expect(told(again.diagnostics.filter((one) => one.severity === "error"))).toEqual([]);
    for (const [key, { policy, pagination }] of version.trace.plan.operations) {
      const { path: _pin, ...wanted } = {
        ...policy,
        retry: { ...policy.retry, on: retriedOn(policy) },
        limitedBy: policy.limitedBy.map(toName),
      };
      expect(again.operations.get(key)?.policy, key).toEqual(wanted);
      expect(again.operations.get(key)?.pagination, key).toEqual(pagination);
    }
    for (const [name, limit] of Object.entries(version.trace.plan.connector.rateLimits))
      expect(again.connector.rateLimits[toName(name)]).toEqual(limit);
  });

  test("the exported overlay applies strictly, and puts the policy at each operation", async () => {
    const { document } = version;
    const overlay = toPolicyOverlay(version);
    const folder = projectOf({
      "openapi.yaml": readFileSync(document.files[0]!, "utf8"),
      "policy.json": JSON.stringify(overlay),
    });
    const applied = await loadDocument("openapi.yaml", { cwd: folder, overlays: ["policy.json"] });
    expect(told(applied.diagnostics)).toEqual(told(document.diagnostics));
    const blocks = blocksOf(overlay);
    expect(blocks.size).toBe(version.trace.plan.operations.size + 1);
    for (const operation of applied.operations)
      expect(operation.extensions["x-couplet-policy"]).toEqual(blocks.get(targetOf(operation.pointer)));
  });
});

/** Limits that the document fills have names that a policy cannot write, so that they are nobody else's. */
const toName = (name: string): string => name.replaceAll(".", "-");
const toNames = (list: Json | undefined): Json =>
  Array.isArray(list) ? list.map((name) => toName(String(name))) : list!;

function blocksOf(overlay: JsonObject): Map<string, JsonObject> {
  const actions = overlay["actions"] as readonly { readonly target: string; readonly update: JsonObject }[];
  return new Map(actions.map(({ target, update }) => [target, update["x-couplet-policy"] as JsonObject]));
}

/** These documents have no names that need escapes. */
function targetOf(pointer: string): string {
  const tokens = pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/"));
  return `$${tokens.map((token) => `['${token}']`).join("")}`;
}

test("values are compared by meaning", () => {
  const same: readonly (readonly [Json, Json, boolean])[] = [
    ["1m", "60s", true],
    ["60s", "61s", false],
    ["20MB", "20000KB", true],
    ["none", [], true],
    ["none", ["a"], false],
    ["leakyBucket", "tokenBucket", true],
    ["$statusCode==429", "$statusCode == 429", true],
    [{ header: "A", value: "{k}" }, [{ value: "{k}", header: "A" }], true],
    [1, 2, false],
  ];
  for (const [written, effective, wanted] of same)
    expect([written, isSameValue(written, effective)]).toEqual([written, wanted]);
});
