/** A large policy over a large document, and policies that want the linter to run for ever. The same bytes every time. */

/** 100 resources with list, create, retrieve, update and delete: 500 operations with their schemas. */
export function largeDocument(): string {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {
    Problem: {
      type: "object",
      properties: {
        error: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } },
      },
    },
  };
  const json = (schema: object): object => ({ content: { "application/json": { schema } } });
  const problem = { description: "refused", ...json({ $ref: "#/components/schemas/Problem" }) };
  for (let n = 0; n < 100; n++) {
    const ref = { $ref: `#/components/schemas/Resource${n}` };
    const properties: Record<string, object> = { id: { type: "string" }, status: { enum: ["open", "closed"] } };
    for (let p = 0; p < 20; p++) properties[`field_${p}`] = { type: ["string", "integer", "boolean"][p % 3] };
    schemas[`Resource${n}`] = { type: "object", required: ["id", "status"], properties };
    schemas[`Resource${n}List`] = {
      type: "object",
      properties: { data: { type: "array", items: ref }, has_more: { type: "boolean" }, next: { type: "string" } },
    };
    const query = (name: string): object => ({ name, in: "query", schema: { type: "string" } });
    const operation = (verb: string, schema: object, more: object = {}): object => ({
      operationId: `${verb}Resource${n}`,
      tags: [`Group${n % 20}`],
      responses: { "200": { description: "ok", ...json(schema) }, default: problem },
      ...more,
    });
    const body = { requestBody: { required: true, ...json(ref) } };
    const key = { parameters: [{ name: "Idempotency-Key", in: "header", schema: { type: "string" } }] };
    const list = { $ref: `#/components/schemas/Resource${n}List` };
    paths[`/resources${n}`] = {
      get: operation("list", list, { parameters: [query("limit"), query("cursor")] }),
      post: operation("create", ref, { ...body, ...key }),
    };
    paths[`/resources${n}/{id}`] = {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: operation("retrieve", ref),
      put: operation("update", ref, body),
      delete: operation("delete", ref),
    };
  }
  return JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Large", version: "1.0" },
    servers: [{ url: "https://large.example" }],
    paths,
    components: { schemas },
  });
}

const head = `policy: "1.0"
provider: large
source: { url: "https://docs.large.example", verified: 2026-11-01 }
`;

/** 2,000 lines of everything: limits, paginators, error rules, overlapping rules, and an entry for many operations. */
export function largePolicy(): string {
  const lines = [head.trimEnd(), "defaults:", "  timeouts: { attempt: 20s, deadline: 90s }", "  errors:"];
  for (let i = 0; i < 100; i++)
    lines.push(
      `    - when: "$statusCode == ${400 + i} && $response.body#/error/code == 'code_${i}'"`,
      `      as: Error${i}`,
      "      message: $response.body#/error/message",
    );
  lines.push("rateLimits:");
  for (let i = 0; i < 20; i++)
    lines.push(
      `  limit${i}:`,
      "    algorithm: tokenBucket",
      `    capacity: ${10 + i}`,
      "    refill: { amount: 1, per: 1s }",
      "    feedback: { remaining: { from: $response.header.X-Remaining } }",
    );
  lines.push("paginators:");
  for (let i = 0; i < 20; i++)
    lines.push(
      `  pages${i}:`,
      "    style: cursor",
      "    items: $response.body#/data",
      "    cursor: { from: $response.body#/next, to: $request.query.cursor }",
      "    hasMore: $response.body#/has_more",
    );
  lines.push("rules:");
  for (let i = 0; i < 20; i++)
    lines.push(
      `  - match: { methods: [GET], operations: ["list*"], tags: [Group${i}] }`,
      `    pagination: { use: pages${i} }`,
      `    limitedBy: [limit${i}]`,
    );
  for (let i = 0; i < 200; i++)
    lines.push(
      `  - match: { paths: ["/resources${i % 100}/**", "/*${i % 100}"], tags: ["Group*"] }`,
      `    priority: ${i + 1}`,
      `    retry: { maxAttempts: ${2 + (i % 2)}, backoff: { initial: ${i + 1}ms } }`,
      `    headers: { X-Rule-${i}: "yes" }`,
    );
  lines.push("operations:");
  for (let i = 0; i < 100; i++)
    lines.push(
      `  createResource${i}:`,
      "    idempotency:",
      "      class: keyed",
      "      key: { in: header, name: Idempotency-Key, maxLength: 255 }",
      "      retention: 24h",
    );
  while (lines.join("\n").split("\n").length < 2000) lines.push(`# ${lines.length}`);
  return `${lines.join("\n")}\n`;
}

/** A policy that must be refused, with the code and the first line and column of what is told. */
export interface HostilePolicy {
  readonly what: string;
  readonly text: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

const letters = [..."abcdefgh"];
const line = head.split("\n").length;

export function hostilePolicies(): readonly HostilePolicy[] {
  const rule = (match: string): string => `${head}rules: [{ match: ${match}, retry: none }]\n`;
  return [
    {
      what: "aliases of aliases",
      text: `${head}x-a: &a [${Array(10).fill(1).join(", ")}]\n${letters
        .slice(1)
        .map((name, i) => `x-${name}: &${name} [${Array(10).fill(`*${letters[i]}`).join(", ")}]`)
        .join("\n")}\n`,
      code: "P001",
      line: line + 4,
      column: 38,
    },
    {
      what: "`__proto__` as a key",
      text: `${head}__proto__: { polluted: yes-please }\n`,
      code: "P001",
      line,
      column: 1,
    },
    {
      what: "`__proto__` as an operation",
      text: `${head}operations: { "__proto__": { retry: none } }\n`,
      code: "P001",
      line,
      column: 15,
    },
    { what: "a scalar of 10 MB", text: `${head}x-note: ${"a".repeat(10_000_000)}\n`, code: "P001", line: 1, column: 1 },
    {
      what: "a scalar as large as is read",
      text: `${head}rules: "${"a".repeat(1_000_000)}"\n`,
      code: "P003",
      line,
      column: 8,
    },
    {
      what: "a glob for those who backtrack",
      text: rule(`{ paths: ["/${"*r".repeat(99)}"] }`),
      code: "P202",
      line,
      column: 28,
    },
    {
      what: "a pattern for those who backtrack",
      text: `${head}credentials: { key: { env: KEY, pattern: "^(a+)+$" } }\n`,
      code: "P421",
      line,
      column: 44,
    },
    {
      what: "brackets upon brackets",
      text: `${head}x-deep: ${"[".repeat(100_000)}\n`,
      code: "P001",
      line,
      column: 769,
    },
    {
      what: "a condition of nothing but brackets",
      text: `${head}defaults: { errors: [{ when: "${"(".repeat(1_900)}$statusCode == 1", as: AError }] }\n`,
      code: "P003",
      line,
      column: 63,
    },
    {
      what: "three thousand error rules",
      text: `${head}defaults:\n  errors:\n${Array.from(
        { length: 3_000 },
        (_, i) => `    - { when: "$response.body#/error/code == 'c${i}'", as: AError }\n`,
      ).join("")}`,
      code: "P003",
      line: line + 302,
      column: 7,
    },
    {
      what: "ten thousand operations that are not there",
      text: `${head}operations:\n${Array.from({ length: 10_000 }, (_, i) => `  unknownOperation${i}: { retry: none }\n`).join("")}`,
      code: "P201",
      line: line + 1,
      column: 3,
    },
    {
      what: "ten thousand rules",
      text: `${head}rules:\n${"  - { match: {}, retry: none }\n".repeat(10_000)}`,
      code: "P003",
      line: line + 1001,
      column: 5,
    },
  ];
}
