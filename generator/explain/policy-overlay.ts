/**
 * The effective policy of a version as an [OpenAPI Overlay 1.1](https://spec.openapis.org/overlay/v1.1.0.html): each
 * operation gets `x-couplet-policy`, a block of the policy language; the root gets what operations share. An operation
 * that stands behind a reference, or that an overlay wrote, cannot be reached in the document: its block is under
 * `operations` of the root's. Credentials are names, never values.
 */

import { toExpression } from "../expression-text.ts";
import type { ApiDocument, Json, JsonObject } from "../model.ts";
import { parseJsonPointer } from "../plan/expression.ts";
import { toAuthBlock, toCredentialsBlock } from "./auth-block.ts";
import { toCoerceMap } from "./coerce-leaves.ts";
import type { Explained } from "./explain-leaf.ts";
import { toLimitBlock } from "./limit-block.ts";
import { toPolicyBlock } from "./policy-block.ts";
import { toJsonPointer } from "./policy-text.ts";

const extension = "x-couplet-policy";

export function toPolicyOverlay(version: Omit<Explained, "operation" | "builtIn">): JsonObject {
  const { document, trace } = version;
  const { connector, operations } = trace.plan;
  const blocks = document.operations.flatMap((operation) => {
    const planned = operations.get(operation.key);
    if (planned === undefined) return [];
    const block = toPolicyBlock(planned, trace.operations.get(operation.key)?.tree);
    const { security } = planned;
    const auth = security.length === 0 ? { auth: "none" } : { "x-security": security };
    return [{ operation, block: { ...block, ...auth }, reached: standsIn(document, operation.pointer) }];
  });
  const apart = blocks
    .filter(({ reached }) => !reached)
    .map(({ operation, block }) => [operation.operationId ?? operation.key, block]);
  const shared = { ...sharedBlock(version), ...(apart.length === 0 ? {} : { operations: Object.fromEntries(apart) }) };
  return {
    overlay: "1.1.0",
    info: { title: `Effective policy of ${connector.provider}`, version: version.version },
    actions: [
      { target: "$", update: { [extension]: shared } },
      ...blocks
        .filter(({ reached }) => reached)
        .map(({ operation, block }) => ({
          target: toNormalizedPath(operation.pointer),
          update: { [extension]: block },
        })),
    ],
  };
}

/** Whether the document itself has every key of the pointer: where each is said to be written, it must stand. */
function standsIn(document: ApiDocument, pointer: string): boolean {
  const tokens = parseJsonPointer(pointer) ?? [];
  return tokens.every((token, index) => {
    const { file, column, excerpt } = document.locate(toJsonPointer(tokens.slice(0, index + 1)));
    const text = excerpt?.text.slice(column - 1).replace(/^["']/, "") ?? "";
    const spellings = [token, JSON.stringify(token).slice(1, -1), token.replaceAll("'", "''")];
    const written = spellings.find((one) => text.startsWith(one));
    return file === document.file && written !== undefined && /^["']?\s*:/.test(text.slice(written.length));
  });
}

/** What all operations share. */
function sharedBlock({ trace, version }: Pick<Explained, "trace" | "version">): JsonObject {
  const { coercions } = trace.plan;
  const { servers, serverVariables, auth, rateLimits, redact, echo, provider } = trace.plan.connector;
  return {
    provider,
    version,
    servers: Object.fromEntries(
      servers.map(({ name, url }, index) => [name, index === 0 ? { url, default: true } : { url }]),
    ),
    ...(Object.keys(serverVariables).length === 0 ? {} : { serverVariables: serverVariables as unknown as Json }),
    credentials: toCredentialsBlock(trace.plan.connector, Object.keys(auth)),
    auth: Object.fromEntries(
      Object.entries(auth).map(([name, scheme]) => {
        const { scheme: _name, ...block } = toAuthBlock(name, scheme);
        return [name, block];
      }),
    ),
    rateLimits: Object.fromEntries(Object.entries(rateLimits).map(([name, limit]) => [name, toLimitBlock(limit)])),
    ...(coercions.length === 0 ? {} : { coerce: coercions.map(toCoerceMap) }),
    redact: { headers: redact.headers, query: redact.query },
    ...(echo === undefined ? {} : { versioning: { echo: toExpression(echo.from) } }),
  };
}

/** A JSON Pointer as a normalized path of RFC 9535, section 2.7. */
function toNormalizedPath(pointer: string): string {
  return `$${(parseJsonPointer(pointer) ?? []).map((token) => `['${quoted(token)}']`).join("")}`;
}

const escapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "'": "\\'",
  "\\": "\\\\",
};

function quoted(token: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must be escaped.
  return token.replace(/[\u0000-\u001f'\\]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return escapes[character] ?? `\\u${code}`;
  });
}
