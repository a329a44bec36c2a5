/** Which of the alternatives of security a policy makes calls use, in the words of the document. */
import { expect, test } from "vitest";
import { policyFactsOf } from "../../../generator/drift/policy-facts.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { documentOf, policyOf } from "../policy/harness.ts";

const bearer = { type: "http", scheme: "bearer" };
const key = { type: "apiKey", in: "header", name: "X-Key" };
const operation = (operationId: string, security: readonly object[]): object => ({
  get: { operationId, security, responses: { "204": { description: "done" } } },
});
const tree = {
  openapi: "3.1.0",
  info: { title: "Acme", version: "1" },
  servers: [{ url: "https://api.acme.example" }],
  paths: {
    "/a": operation("both", [{ key: [] }, { token: [] }]),
    "/b": operation("other", [{ key: [] }, { token: [] }]),
    "/c": operation("one", [{ key: [] }]),
  },
  components: { securitySchemes: { key, token: bearer } },
};
const credentials = "credentials: { first: { env: FIRST }, second: { env: SECOND } }\n";
const auth = (scheme: string, name: string): string =>
  `auth: { scheme: ${scheme}, apply: { header: Authorization, value: "Bearer {${name}}" } }`;

test.each<[string, string, Record<string, string[][]>]>([
  ["no policy: whatever is given", "", { both: [["key"], ["token"]], other: [["key"], ["token"]] }],
  ["its scheme", `${credentials}${auth("token", "first")}\n`, { both: [["token"]], other: [["token"]] }],
  [
    "its scheme, with another credential for one operation",
    `${credentials}${auth("token", "first")}\noperations: { other: { ${auth("token", "second")} } }\n`,
    { both: [["token"]], other: [["token"]] },
  ],
])("%s", async (_, policy, wanted) => {
  const document = await documentOf(tree);
  const source = policy === "" ? undefined : await policyOf(`policy: "1.0"\nprovider: acme\n${policy}`);
  const side = { document, policy: planPolicy(source, document, "1") };
  if (policy.includes("operations")) expect(Object.keys(side.policy.connector.auth)).toContain("token.2");
  expect(policyFactsOf(side, side).alternatives).toEqual(wanted);
});
