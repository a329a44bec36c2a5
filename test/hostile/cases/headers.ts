/** T8, T4, T5, T15: headers, methods and parts; packages' names and folders; messages. */
import { accepted, document, type HostileCase, keyed, refused, withOperation } from "../hostile-case.ts";

const string = { type: "string" };
const ok = { "200": { description: "ok" } };
const paths = { "/a": { get: { operationId: "getA", responses: ok } } };
const header = (name: unknown): object => withOperation({ parameters: [{ name, in: "header", schema: string }] });
const body = (type: string): object =>
  withOperation({ requestBody: { content: keyed([[type, { schema: { type: "object" } }]]) } });
const scheme = (value: object): object =>
  withOperation({}, { components: { securitySchemes: { s: value } }, security: [{ s: [] }] });

function one(
  name: string,
  root: object | string,
  wanted: HostileCase["wanted"] = accepted,
  file = "openapi.json",
): HostileCase {
  return { name, files: { [file]: root }, wanted };
}

/** Told with its place, and not part of the client. */
const leftOut: HostileCase["wanted"] = { accepted: true, warned: ["S023"], lacks: { "things.ts": /X-A|X A|X-Ä|X: 1/ } };

const versions = [
  "..",
  ".",
  "../../etc",
  "1..2",
  "/etc",
  "C:\\x",
  "con",
  "nul.txt",
  "aux",
  "COM1",
  "package.json",
  "README.md",
  "tsconfig.json",
  "couplet.lock.json",
  "node_modules",
  "dist",
  "validators",
  ".git",
  "-rf",
  "1.0 beta",
  "💥",
  "a".repeat(500),
  "1\u0000",
  "1/2/3",
  "~",
  "$HOME",
  "%2e%2e",
  "index.ts",
  "__proto__",
  "constructor",
];

export const headers: readonly HostileCase[] = [
  one("a header name with CRLF", header("X-A\r\nX-B: 1"), leftOut),
  one("a header name with a colon", header("X-A:"), leftOut),
  one("a header name with a blank", header("X A"), leftOut),
  one("a header name that is empty", header(""), leftOut),
  one("a header name outside ASCII", header("X-Ä"), leftOut),
  one("a header name with NUL", header("X\u0000"), leftOut),
  one("a header called Host", header("Host")),
  one("a header called Content-Length", header("Content-Length")),
  one("a header called Transfer-Encoding", header("Transfer-Encoding")),
  one("a header called __proto__", header("__proto__")),
  one(
    "a header default with CRLF",
    withOperation({
      parameters: [
        {
          name: "X-A",
          in: "header",
          required: true,
          schema: { ...string, default: "a\r\nX-B: 1", enum: ["a\r\nX-B: 1"], const: "a\r\nX-B: 1" },
        },
      ],
    }),
  ),
  one("a media type with CRLF", body("application/json\r\nX-A: 1"), leftOut),
  one("a media type with a quote", body('application/json; a="\r\nX: 1"'), leftOut),
  one("a media type that is none", body("json")),
  one(
    "a response type with CRLF",
    withOperation({
      responses: { "200": { description: "ok", content: { "application/json\r\nX-A: 1": { schema: string } } } },
    }),
  ),
  one("a multipart boundary from the document", body('multipart/form-data; boundary="a\r\n"')),
  one("an apiKey header with CRLF", scheme({ type: "apiKey", in: "header", name: "X\r\nY: 1" }), {
    accepted: true,
    warned: ["G201"],
  }),
  one("an apiKey cookie with a semicolon", scheme({ type: "apiKey", in: "cookie", name: "a; b=c" }), {
    accepted: true,
    lacks: { "connector.ts": "a; b=c" },
  }),
  one("an HTTP scheme with CRLF", scheme({ type: "http", scheme: "bearer\r\nX: 1" })),
  one(
    "an OAuth token URL at another scheme",
    scheme({ type: "oauth2", flows: { clientCredentials: { tokenUrl: "file:///etc/hostname", scopes: {} } } }),
  ),
  one("a method with a blank", document({ paths: { "/a": { "get /b HTTP/1.1\r\nX": { responses: ok } } } })),
  one(
    "a method of 3.2 that is no token",
    document({ paths: { "/a": { additionalOperations: { "A B\r\n": { responses: ok } } } } }, "3.2.0"),
    { accepted: true, warned: ["S024"] },
  ),
  one("a path item that is null", document({ paths: { "/a": null, "/b": { get: { responses: ok } } } })),
  one("a path with CRLF", document({ paths: keyed([["/a\r\nX: 1", { get: { responses: ok } }]]) })),
  one("a path with a fragment and a query", document({ paths: { "/a?b=c#d": { get: { responses: ok } } } })),
  one(
    "a path that climbs",
    document({ paths: { "/../../b": { get: { responses: ok } }, "/a/%2e%2e/b": { get: { responses: ok } } } }),
  ),
  one(
    "a path with a host",
    document({
      paths: { "//127.0.0.1:9/b": { get: { responses: ok } }, "/\\127.0.0.1/b": { post: { responses: ok } } },
    }),
  ),
  one("a path that is a URL", document({ paths: { "https://127.0.0.1:9/b": { get: { responses: ok } } } })),
  one(
    "a template that is not closed",
    document({
      paths: {
        "/{a": { get: { responses: ok } },
        "/a}": { get: { responses: ok } },
        "/{{a}}": { get: { responses: ok } },
      },
    }),
  ),
  one(
    "server URLs of every odd kind",
    document({
      servers: [
        "javascript:zq_canary()",
        "file:///etc",
        "//x",
        "ftp://x",
        "https://user:secret@x",
        "https://x/../y",
        "https://x#f",
        "https://x?q=1",
        "",
        " ",
        "https://[::1",
        "https://x\r\ny",
      ].map((url) => ({ url })),
      paths,
    }),
  ),
  one(
    "a server that is only a variable",
    document({ servers: [{ url: "{all}", variables: { all: { default: "https://x.example" } } }], paths }),
  ),
  ...versions.map((version, n) =>
    one(
      `info.version ${n}: ${JSON.stringify(version.slice(0, 20))}`,
      document({ info: { title: `v${n}`, version }, paths }),
    ),
  ),
  one("a title of nothing", document({ info: { title: "💥", version: "1" }, paths })),
  one("a title that climbs", document({ info: { title: "../../../etc/cron.d/x", version: "1" }, paths })),
  one("a title called node_modules", document({ info: { title: "node_modules", version: "1" }, paths })),
  one("a title called __proto__", document({ info: { title: "__proto__", version: "__proto__" }, paths })),
  one("info is a list", document({ info: [], paths })),
  one(
    "an escape sequence in a key that is told",
    document({
      paths: keyed([
        [
          "/a",
          keyed([
            ["\u001b[2J\u001b]0;x\u0007", {}],
            ["get", { responses: keyed([["\u001b[31mx", { description: "a" }]]) }],
          ]),
        ],
      ]),
    }),
  ),
  one("an escape sequence in a broken line", '{"openapi":"3.1.0",\n"a\u009b31m\u202eb" "c":1}', refused("S003", 2)),
  one("an escape sequence in a $ref", withOperation({ requestBody: { $ref: "\u001b[31m.json" } }), refused("S011")),
  one(
    "a line that looks like a finding",
    withOperation({ requestBody: { $ref: "#/a\nopenapi.json:1:1 error S999 zq_canary" } }),
    refused("S010"),
  ),
  one("a file name with an escape sequence", "{", refused("S003", 1), "a\u001b[31m.json"),
  {
    ...one(
      "a policy in the document is not applied",
      document({ "x-couplet-policy": { retry: { maxAttempts: 7777 } }, paths }),
    ),
    wanted: { accepted: true, lacks: { "connector.ts": "7777" } },
  },
];
