/** Policies as people write them -> what README.md of the package says of them. */
import { expect, test } from "vitest";
import { emitPackage } from "../../../generator/emit/package.ts";
import type { VersionPlan } from "../../../generator/model.ts";
import { planVersion } from "../../../generator/plan/plan-version.ts";
import { planPolicy } from "../../../generator/plan/policy.ts";
import { apiDocument, planOf, told } from "../policy/harness.ts";
import { text } from "./emit-fixture.ts";
import { fixturePlan } from "./fixture-plan.ts";
import { hostile } from "./fixture-schemas.ts";

function readmeOf(...versions: readonly VersionPlan[]): string {
  const input = { provider: "things", scope: "@c", release: "0.0.0", versions, runtimeRange: "*", hashes: {} };
  return text(emitPackage(input), "README.md");
}

async function versionOf(body: string, version = "2026-01"): Promise<VersionPlan> {
  const policy = await planOf(body, { version });
  expect(told(policy.diagnostics.filter(({ severity }) => severity === "error"))).toEqual([]);
  return planVersion(await apiDocument(), policy, { provider: "things", version, pinned: new Map() });
}

/** The part of a version, from its notes on. */
function policyIn(readme: string): string {
  return readme.slice(readme.indexOf("Validators: ")).replace(/^.*\n\n/, "");
}

const full = `
versions:
  "2026-01": { pin: { in: header, name: Things-Version, value: "2026-01" }, supportedUntil: 2027-01-31 }
  "2026-02": { pin: { in: header, name: Things-Version, value: "2026-02" } }
versioning: { echo: $response.header.Things-Version }
credentials: { clientId: { env: ID }, clientSecret: { env: SECRET, secret: true } }
auth:
  source: { url: "https://docs.things.example/auth" }
  scheme: token
  flow: clientCredentials
  tokenUrl: https://api.things.example/token
defaults:
  retry: { maxAttempts: 3, maxRetryAfter: 20s }
  idempotency:
    source: { url: "https://docs.things.example/keys", verified: 2026-10-01 }
    class: keyed
    methods: [POST]
    key: { in: header, name: Idempotency-Key, generate: uuid4, maxLength: 64, undocumented: true }
    retention: 24h
    replaysErrors: true
    inFlight: { when: "$statusCode == 409" }
  limitedBy: [account]
  errors:
    - { when: "$statusCode == 429 && $response.body#/error/code == 'lock'", as: LockedError, disposition: rejected, pause: none }
    - { when: "$statusCode == 402", as: CardError, source: { url: "https://docs.things.example/errors" } }
rateLimits:
  account:
    source: { url: "https://docs.things.example/limits|_x_", verified: 2026-09-01 }
    algorithm: slidingWindow
    limit: { amount: 100, per: 1s }
    partition: [credential, operation]
    tiers: { test: { limit: { amount: 5, per: 1m } } }
    feedback: { remaining: { from: $response.header.X-Left }, reset: { from: $response.header.X-Reset, format: epochSeconds } }
    reserve: 10%
paginators:
  ids:
    style: lastId
    items: $response.body#/data
    param: $request.query.starting_after
    idOf: "#/id"
    pageSize: { param: $request.query.limit, default: 100 }
operations:
  listThings: { pagination: { use: ids } }
  createThing: { concurrency: { max: 2 }, timeouts: { attempt: 60s, deadline: 120s } }
  createEvent: { idempotency: { class: unsafe }, retry: none }
`;
const root = "`https://docs.things.example`, verified `2026-11-01`";
const backoff = "300 ms × 2 up to 8 s, 1 s after a 429, jitter full";
const breaker = `### Circuit breaker

| operations | one for each | opens after | open for | probes | failures are |
|---|---|---|---|---|---|
| all 5 | server and named tenant | 20 failures in a row, or 5 with no success for 1 s, or 50 % of at least 20 in 10 s | 2 s × 1.25 each time, up to 60 s | 1, 2 then 4 | connect and ambiguous |

`;
const wait = "Retry-After \\(delaySecondsOrHttpDate\\) up to 20 s";

test("a full policy", async () => {
  expect(
    policyIn(readmeOf(await versionOf(full))),
  ).toBe(`- Each request pins the version: header \`Things-Version: 2026-01\` (${root}).
- \`$response.header.Things-Version\` tells which version answered; another than \`2026-01\` is logged as a warning.
- The provider supports it until \`2027-01-31\`.

Where the policy says nothing, this is built in:

- Classes by method (RFC 9110): idempotent \`things.delete\`; safe \`things.get\`, \`things.list\`.
- At once (\`events.create\`, \`things.delete\`, \`things.get\`, \`things.list\`): 10 calls per credential, 1000 may wait.

### Rate limits

| limit | figures | counted per | operations | the server tells | source |
|---|---|---|---|---|---|
| \`account\` | 100/s; \`test\` 5/min; 10 % left to others | credential, operation | all 5 | remaining \`X-Left\`; reset \`X-Reset\` (epochSeconds); paused by \`RateLimitError\` | \`https://docs.things.example/limits\\|_x_\`, verified \`2026-09-01\` |
| at once | 2 at once, 1000 may wait | credential | \`things.create\` | – | ${root} |

### Retries

| class | operations | attempts | repeats | backoff | attempt / call | the server's wait | source |
|---|---|---|---|---|---|---|---|
| unsafe | \`events.create\` | 1 | none | – | 30 s / 60 s | – | ${root} |
| keyed | \`things.create\` | 3 | rejected and ambiguous except stored 5xx | ${backoff} | 60 s / 120 s | ${wait} | ${root} |
| idempotent | \`things.delete\` | 3 | rejected and ambiguous | ${backoff} | 30 s / 60 s | ${wait} | ${root} |
| safe | \`things.get\`, \`things.list\` | 3 | rejected and ambiguous | ${backoff} | 30 s / 60 s | ${wait} | ${root} |

${breaker}### Idempotency

| operations | class | key | kept | replays errors | told apart by | source |
|---|---|---|---|---|---|---|
| \`events.create\` | unsafe | – | – | – | – | ${root} |
| \`things.create\` | keyed | header \`Idempotency-Key\`, at most 64 characters | 24 h | yes, so a 5xx is not repeated | still running: \`$statusCode == 409\` | \`https://docs.things.example/keys\`, verified \`2026-10-01\` |

### Credentials

| scheme | operations | sent as | obtained | renewed | source |
|---|---|---|---|---|---|
| \`token\` | all 5 | \`header Authorization: Bearer {accessToken}\` | OAuth 2.0 client credentials at \`https://api.things.example/token\` | 60 s before it ends; once after 401, with one replay | \`https://docs.things.example/auth\` |

### Pages

| operations | by | page size | source |
|---|---|---|---|
| \`things.list\` | last id | \`limit = 100\` | ${root} |

### Errors by name

| error | when, the first that holds | taken as | operations | source |
|---|---|---|---|---|
| \`LockedError\` | \`$statusCode == 429 && $response.body#/error/code == 'lock'\` | rejected, pauses no limit | all 5 | ${root} |
| \`CardError\` | \`$statusCode == 402\` | by status | all 5 | \`https://docs.things.example/errors\` |
`);
});

test("a second version with the same policy names the first", async () => {
  const readme = readmeOf(await versionOf(full), await versionOf(full, "2026-02"));
  expect(readme.match(/^### Rate limits$/gm)).toHaveLength(1);
  expect(readme.slice(readme.indexOf("## 2026-02"))).toContain(
    "- Each request pins the version: header `Things-Version: 2026-02`",
  );
  expect(readme.trimEnd().split("\n").at(-1)).toBe("- Its calls follow the policy of `2026-01`.");
});

test("a version with a figure of its own has its own tables", async () => {
  const own = `${full.replace('value: "2026-02" }', 'value: "2026-02" }, policy: { rateLimits: { account: { limit: { amount: 50 } } } }')}`;
  const readme = readmeOf(await versionOf(own), await versionOf(own, "2026-02"));
  // The block that the version completes keeps its source.
  expect(readme.slice(readme.indexOf("## 2026-02"))).toMatch(/^\| `account` \| 50\/s; .*`2026-09-01` \|$/m);
});

test("without a policy it says what is built in and no more", async () => {
  const document = await apiDocument();
  const identity = { provider: "things", version: "2026-01", pinned: new Map<string, string>() };
  const plan = planVersion(document, planPolicy(undefined, document, "2026-01"), identity);
  expect(policyIn(readmeOf(plan))).toBe(`Where the policy says nothing, this is built in:

- Retries (all 5): up to 4 attempts of 30 s in 60 s; rejected and ambiguous failures, the last only where a repetition is harmless; backoff ${backoff}; ${wait.replace("20 s", "60 s")}.
- Classes by method (RFC 9110): unsafe \`events.create\`, \`things.create\`; idempotent \`things.delete\`; safe \`things.get\`, \`things.list\`.
- At once (all 5): 10 calls per credential, 1000 may wait.

${breaker}### Credentials

| scheme | operations | sent as | obtained | renewed | source |
|---|---|---|---|---|---|
| \`token\` | all 5 | \`header Authorization: Bearer {token}\` | as given | once after 401, with one replay | the document |
`);
});

test("foreign text in a cell stays in its cell", () => {
  const plan = fixturePlan();
  const source = { url: `https://x.example/${hostile}`, verified: hostile };
  const { account } = plan.connector.rateLimits;
  const poisoned: VersionPlan = {
    ...plan,
    connector: { ...plan.connector, rateLimits: { [hostile]: { ...account!, tiers: { [hostile]: account! } } } },
    facts: { ...plan.facts, rateLimits: { [hostile]: source }, supportedUntil: hostile },
  };
  const rows = readmeOf(poisoned)
    .split("\n")
    .filter((line) => line.startsWith("|"));
  // Bars that part cells: neither escaped nor anything else.
  const columns = rows.map((row) => row.match(/(?<!\\)\|/g)?.length);
  const table = rows.findIndex((row) => row.startsWith("| limit |"));
  expect(columns.slice(table, table + 3)).toEqual([7, 7, 7]);
  expect(rows[table + 2]).toContain("verified `");
});
