/** What a client may say of the servers that the document gives to paths and single operations. */
import { describe, expect, test } from "vitest";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { documentOf, policyOf, told } from "../policy/harness.ts";

type Variable = { readonly default: string; readonly enum?: readonly string[] };
type Server = { readonly url: string; readonly variables?: Readonly<Record<string, Variable>> };

const host = "^[A-Za-z0-9][A-Za-z0-9.:-]*$";
const root: Server = {
  url: "https://{site}.acme.example/{stage}",
  variables: { site: { default: "demo" }, stage: { default: "v1", enum: ["v1", "v2"] } },
};
const own = (url: string, variables: Server["variables"]): Server => ({ url, ...(variables && { variables }) });

async function planOwn(server: Server, policy?: string): Promise<ReturnType<typeof planPolicy>> {
  const get = { operationId: "get", responses: { "204": { description: "done" } } };
  const tree = {
    openapi: "3.1.0",
    info: { title: "Acme", version: "1" },
    servers: [root],
    paths: { "/a": { servers: [server], get } },
  };
  const source = policy === undefined ? undefined : await policyOf(`policy: "1.0"\nprovider: acme\n${policy}`);
  return planPolicy(source, await documentOf(tree), "1");
}

const rooted = { site: { default: "demo", pattern: host }, stage: { default: "v1", enum: ["v1", "v2"] } };

describe("without a policy", () => {
  test.each<[string, Server, string, object, string[]]>([
    ["no variable", own("https://up.acme.example", undefined), "https://up.acme.example", rooted, []],
    [
      "variables of its own",
      own("https://{node}.acme.example/{area}", {
        node: { default: "n1" },
        area: { default: "eu", enum: ["eu", "us"] },
      }),
      "https://{node}.acme.example/{area}",
      { ...rooted, node: { default: "n1", pattern: host }, area: { default: "eu", enum: ["eu", "us"] } },
      [],
    ],
    [
      "a default that is not among the values",
      own("https://up.acme.example/{area}", { area: { default: "eu", enum: ["us"] } }),
      "https://up.acme.example/{area}",
      { ...rooted, area: { default: "eu", enum: ["eu", "us"] } },
      [],
    ],
    [
      "one that is the root's too",
      own("https://{site}.up.example", { site: { default: "demo" } }),
      "https://{site}.up.example",
      rooted,
      [],
    ],
    [
      "one that takes more values",
      own("https://up.example/{stage}", { stage: { default: "v1", enum: ["v1", "v3"] } }),
      "https://up.example/{stage}",
      { ...rooted, stage: { default: "v1", enum: ["v1", "v2", "v3"] } },
      [],
    ],
    [
      "one that takes any value",
      own("https://up.example/{stage}", { stage: { default: "v1" } }),
      "https://up.example/{stage}",
      { ...rooted, stage: { default: "v1" } },
      [],
    ],
    [
      "one with another default",
      own("https://{site}.up.example/{area}", { site: { default: "all" }, area: { default: "eu" } }),
      "https://all.up.example/{area}",
      { ...rooted, area: { default: "eu" } },
      ["S026"],
    ],
    [
      "one that nobody describes",
      own("https://{name}.acme.example", undefined),
      "https://{name}.acme.example",
      { ...rooted, name: { pattern: host } },
      [],
    ],
    [
      "a path variable of the root in a host",
      own("https://{stage}.acme.example", { stage: { default: "v1" } }),
      "https://{stage}.acme.example",
      { ...rooted, stage: { default: "v1", pattern: host } },
      [],
    ],
    [
      "a scheme that is not https by default",
      own("{protocol}://{hostname}", { protocol: { default: "http" }, hostname: { default: "HOSTNAME" } }),
      "{protocol}://{hostname}",
      { ...rooted, protocol: { default: "http" }, hostname: { default: "HOSTNAME", pattern: host } },
      ["P602"],
    ],
  ])("%s", async (_, server, wanted, variables, codes) => {
    const plan = await planOwn(server);
    expect(plan.operations.get("get")?.server).toBe(wanted);
    expect(plan.connector.serverVariables).toEqual(variables);
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  test("the warnings say where and what to do", async () => {
    const { diagnostics } = await planOwn(
      own("{p}://{site}.example", { p: { default: "http" }, site: { default: "x" } }),
    );
    expect(diagnostics.map(({ message, fix }) => [message, fix])).toEqual([
      [
        "the server `{p}://{site}.example` is not https: credentials would travel in the clear",
        'give clients `serverVariables: { p: "https" }`, or declare `servers` in the policy with https URLs',
      ],
      [
        "`{site}` of `{p}://{site}.example` is not what it is on another server; it is always `x` here",
        "give one of them another name in an overlay",
      ],
    ]);
  });
});

test("servers of the root that disagree keep their own defaults", async () => {
  const servers = [root, { url: "https://{site}.test.example", variables: { site: { default: "sandbox" } } }];
  const tree = { openapi: "3.1.0", info: { title: "Acme", version: "1" }, servers, paths: {} };
  const { connector } = planPolicy(undefined, await documentOf(tree), "1");
  expect(connector.servers.map(({ url }) => url)).toEqual([root.url, "https://sandbox.test.example"]);
});

const servers = 'servers: { live: { url: "https://{site}.acme.example/v9" } }\n';
const pattern = '"^[a-z]+$"';

test.each<[string, string, string, object]>([
  [
    "the policy's rule holds on the operation's server",
    `${servers}serverVariables: { site: { required: true, pattern: ${pattern} } }`,
    "https://{site}.acme.example/{area}",
    { site: { pattern: "^[a-z]+$" }, area: { default: "eu" } },
  ],
  [
    "also of a variable that only the operation's server has",
    `${servers}serverVariables: { site: { pattern: ${pattern} }, area: { required: true } }`,
    "https://{site}.acme.example/{area}",
    { site: { default: "demo", pattern: "^[a-z]+$" }, area: {} },
  ],
])("%s", async (_, policy, wanted, variables) => {
  const plan = await planOwn(
    own("https://{site}.acme.example/{area}", { site: { default: "all" }, area: { default: "eu" } }),
    policy,
  );
  expect(told(plan.diagnostics)).toEqual([]);
  expect(plan.operations.get("get")?.server).toBe(wanted);
  expect(plan.connector.serverVariables).toEqual(variables);
});
