/** From the text of a policy to what a client does: `versioning.deprecation` and `telemetry.attributes`. */
import { connect, hooks } from "@couplet/runtime";
import { type Connector, checkDeprecation, deprecationNotices } from "@couplet/runtime/codegen/v1";
import { describe, expect, test } from "vitest";
import { policyFeatures } from "../../../generator/emit/features.ts";
import { featureName } from "../../../generator/model.ts";
import { define, connector as pay } from "../../runtime/pay.ts";
import { headLines, planOf, told, toMark, unmark } from "./harness.ts";

describe("versioning.deprecation", () => {
  const rows: readonly [text: string, action: string | undefined, fails: boolean, tells: boolean][] = [
    ["", undefined, false, false],
    ["versioning: { deprecation: ignore }", undefined, false, false],
    ["versioning: { deprecation: report }", "report", false, true],
    ["versioning: { deprecation: fail }", "fail", true, true],
  ];
  test.each(rows)("%j", async (text, action, fails, tells) => {
    const plan = await planOf(text);
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.connector.deprecation?.action).toBe(action);
    const { deprecation: _, ...others } = pay;
    const connector: Connector = {
      ...others,
      ...(plan.connector.deprecation && {
        deprecation: {
          action: plan.connector.deprecation.action,
          use: deprecationNotices,
          ...(plan.connector.deprecation.check && { check: checkDeprecation }),
        },
      }),
    };
    let heard = 0;
    const telemetry = hooks({ deprecation: () => void heard++ });
    const fetch = async () =>
      new Response("{}", { headers: { "content-type": "application/json", deprecation: "@1" } });
    const { a } = connect({ auth: { secretKey: "secret-1" }, fetch, telemetry }, { a: { get: define({ connector }) } });
    const result = (await a.get({}).result()) as { ok: boolean; error?: Error };
    expect([result.ok, result.error?.name, heard]).toEqual([
      !fails,
      fails ? "DeprecationError" : undefined,
      tells ? 1 : 0,
    ]);
  });
});

describe("telemetry.attributes", () => {
  test("are planned with their layers", async () => {
    const plan = await planOf(
      `redact: { body: [/secret] }
telemetry: { attributes: { shard: $response.header.X-Shard } }
operations: { getThing: { telemetry: { attributes: { thing: $response.body#/id, shard: $response.header.X-Cell } } } }`,
    );
    expect(told(plan.diagnostics)).toEqual([]);
    expect(plan.operation("listThings").policy.attributes).toEqual({ shard: { from: "header", name: "X-Shard" } });
    expect(plan.operation("getThing").policy.attributes).toEqual({
      shard: { from: "header", name: "X-Cell" },
      thing: { from: "body", path: ["id"] },
    });
  });

  test("bring the code that reads them, and none where there are none", async () => {
    const plan = await planOf(
      "operations: { getThing: { telemetry: { attributes: { shard: $response.header.X-Shard } } } }",
    );
    const readerOf = (id: string) => featureName(policyFeatures(plan.operation(id).policy)["readAttributes"]);
    expect(["getThing", "listThings"].map(readerOf)).toEqual(["callAttributes", undefined]);
  });

  test.each([
    ["$request.header.Authorization", "P604"],
    ["$response.header.X-Access-Token", "P604"],
    ["$response.header.X-Internal-Route", "P604"],
    ["$request.query.pin", "P604"],
    ["$response.body#/client_secret", "P604"],
    ["$response.body#/customer/email", "P604"],
    ["$response.body#/nam", "P410"],
  ])("%s is refused: %s", async (pointer, code) => {
    const redact = "redact: { headers: [x-internal-*], query: [pin], body: [/customer] }\n";
    const { text, marks } = unmark(
      `${redact}operations: { getThing: { telemetry: { attributes: { shown: «"${pointer}"» } } } }`,
    );
    const plan = await planOf(text);
    const found = plan.diagnostics.filter((one) => one.code === code).map(toMark);
    expect(found).toHaveLength(1);
    expect(found[0]!.line).toBe(marks[0]!.line + headLines);
    if (code === "P604") expect(found[0]).toEqual({ ...marks[0]!, line: marks[0]!.line + headLines });
  });
});
