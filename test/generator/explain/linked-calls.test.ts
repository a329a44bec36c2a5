/** Polling, kept answers and batches in `explain`, `matrix` and `export`. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { explainLeaves } from "../../../generator/explain/leaves.ts";
import { toPolicyBlock } from "../../../generator/explain/policy-block.ts";
import { matrixRows, toMatrixText } from "../../../generator/explain/policy-matrix.ts";
import { loadDocument } from "../../../generator/load/document.ts";
import { loadPolicy } from "../../../generator/load/policy.ts";
import { planPolicy, tracePolicy } from "../../../generator/plan/policy.ts";
import { policyOf, told } from "../policy/harness.ts";

const folder = { cwd: `${dirname(fileURLToPath(import.meta.url))}/../../conformance` };
const document = await loadDocument("linked.openapi.yaml", folder);
const source = await loadPolicy("linked.policy.yaml", folder);
const trace = tracePolicy(source, document, "1");

test("law: what explain and export say, written as a policy, is the same again", async () => {
  expect(told([...source.diagnostics, ...trace.plan.diagnostics])).toEqual([]);
  const operations = Object.fromEntries(
    [...trace.plan.operations].map(([key, planned]) => {
      const { polling, cache, batch, idempotency } = toPolicyBlock(planned);
      return [key, { idempotency, ...(polling && { polling }), ...(cache && { cache }), ...(batch && { batch }) }];
    }),
  );
  const again = planPolicy(
    await policyOf(JSON.stringify({ policy: "1.0", provider: "linked", operations })),
    document,
    "1",
  );
  for (const [key, { polling, cache, batch }] of trace.plan.operations) {
    const { polling: p, cache: c, batch: b } = again.operations.get(key)!;
    expect({ polling: p, cache: c, batch: b }, key).toEqual({ polling, cache, batch });
  }
  expect([...trace.plan.operations].filter(([, { polling }]) => polling).map(([key]) => key)).toEqual([
    "startExport",
    "getExport",
    "getLabel",
  ]);
});

test("each leaf says where it was written", () => {
  const operation = document.operations.find(({ operationId }) => operationId === "startExport")!;
  const builtIn = tracePolicy(undefined, document, "1");
  const leaves = explainLeaves({ source, document, version: "1", trace, builtIn, operation });
  const polling = leaves.filter(({ path }) => path.startsWith("polling."));
  expect(polling.map(({ path, value, origin }) => `${path} ${value} ${origin.line ?? origin.layer}`)).toEqual([
    "polling.operation getExport 7",
    "polling.pass.id $response.body#/export/id 8",
    "polling.every.initial 10ms 9",
    "polling.every.multiplier 2 9",
    "polling.every.max 30ms 9",
    "polling.deadline 5s 10",
    "polling.success $response.body#/status == 'done' 11",
    "polling.failure $response.body#/status == 'failed' 12",
    "polling.result $response.body#/file 13",
    "polling.cancel.operation cancelExport 14",
    "polling.cancel.pass.id $response.body#/export/id 14",
  ]);
});

test("the matrix shows what calls are more than one request", () => {
  const names = new Map(document.operations.map(({ operationId, key }) => [operationId!, key]));
  const rows = matrixRows(trace, "1", names, "2026-11-22");
  const calls = toMatrixText(rows)
    .split("\n")
    .slice(2)
    .map((line) => line.trim().split(/ {2,}/))
    .map((cells) => `${cells[0]}: ${cells[6]}`);
  expect(calls).toEqual([
    "cancelExport: -",
    "getExport: asks getExport",
    "getLabel: kept 60 s, asks getLabel",
    "startExport: asks getExport",
    "trackEvent: joined to trackEvents",
    "trackEvents: -",
  ]);
});
