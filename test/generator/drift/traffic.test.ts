/** Recorded calls against the document: HAR and one exchange a line, with the same findings. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectOf, runIn } from "../explain/run-in-project.ts";

const order =
  "{ type: object, required: [id], properties: { id: { type: string }, status: { enum: [open, paid] }, next: { $ref: '#/components/schemas/Order' } } }";
const root = projectOf({
  "specs/acme/1/openapi.yaml": `openapi: 3.1.0
info: { title: Acme, version: "1" }
servers: [{ url: https://api.acme.example/v1 }]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
components: { schemas: { Order: ${order} } }
`,
});

interface Call {
  readonly path?: string;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
const base = "https://api.acme.example/v1";
const line = ({ path = "/orders/1", status = 200, body, headers = {} }: Call): object => ({
  request: { method: "GET", url: `${base}${path}` },
  response: { status, headers: { "content-type": "application/json", ...headers }, body },
});
const harEntry = ({ path = "/orders/1", status = 200, body, headers = {} }: Call): object => ({
  request: { method: "GET", url: `${base}${path}`, headers: [] },
  response: {
    status,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    content: { mimeType: "application/json", text: JSON.stringify(body) },
  },
});

async function traffic(text: string, ...flags: readonly string[]) {
  writeFileSync(join(root, "traffic.txt"), text);
  const ran = await runIn(root, "drift", "traffic", "traffic.txt", "--json", ...flags);
  return { ...ran, report: ran.out.startsWith("{") ? JSON.parse(ran.out) : undefined };
}

describe("couplet drift traffic", () => {
  test.each<readonly [what: string, call: Call, told: readonly string[]]>([
    ["as documented", { body: { id: "1", status: "open" } }, []],
    [
      "no id",
      { body: { status: "open" } },
      ["traffic-response-field-missing `id` is required and was not there (1 time)"],
    ],
    [
      "deeper",
      { body: { id: "1", next: { id: 7 } } },
      ["traffic-response-type-mismatch `next.id` was integer, not string (1 time)"],
    ],
    [
      "another value",
      { body: { id: "1", status: "lost" } },
      ['traffic-response-enum-value-unknown `status` was "lost" that is not listed (1 time)'],
    ],
    [
      "a value that may be a secret",
      { body: { id: "1", status: "a b@c.example" } },
      ["traffic-response-enum-value-unknown `status` was a value that is not listed (1 time)"],
    ],
    [
      "another member",
      { body: { id: "1", colour: "secret" } },
      ["traffic-response-field-unknown `colour` is not in the document (1 time)"],
    ],
    [
      "another status",
      { status: 418, body: {} },
      ["traffic-status-undocumented GET /orders/{id} answers 418, which the document does not tell of (1 time)"],
    ],
    [
      "another path",
      { path: "/users/4711?key=secret" },
      ["traffic-operation-undocumented GET /users/{} is no operation of the document (1 time)"],
    ],
  ])("%s", async (_, call, told) => {
    for (const text of [
      JSON.stringify(line(call)),
      JSON.stringify({ log: { version: "1.2", entries: [harEntry(call)] } }, null, 1),
    ]) {
      const { report, out } = await traffic(text);
      const findings: readonly { rule: string; message: string }[] = report.findings;
      expect(findings.map(({ rule, message }) => `${rule} ${message}`)).toEqual(told);
      expect(out).not.toContain('secret"');
    }
  });

  test("one root is one finding, with its count; --redact tells no value", async () => {
    const text = Array.from({ length: 3 }, () => JSON.stringify(line({ body: { id: "1", status: "lost" } }))).join(
      "\n",
    );
    const { report } = await traffic(text, "--redact");
    expect(report.findings).toMatchObject([{ message: "`status` was a value that is not listed (3 times)" }]);
  });

  test("an announced end comes into the calendar", async () => {
    const headers = { sunset: "Sat, 31 Jul 2027 23:59:59 GMT" };
    const { report } = await traffic(JSON.stringify(line({ body: { id: "1" }, headers })));
    expect(report.calendar).toMatchObject([{ what: "sunset", date: "2027-07-31", source: "traffic" }]);
  });

  test.each([
    ["{ not json }", "this is not JSON"],
    ['{"log":{"entries":[{"request":{}', "the file ends in the middle"],
    ["}", "a bracket closes what is not open"],
  ])("%s is refused with its place", async (text, message) => {
    const { code, out } = await traffic(text);
    expect(code).toBe(2);
    expect(JSON.parse(out).diagnostics).toMatchObject([{ code: "C009", file: "traffic.txt", line: 1, message }]);
  });
});
