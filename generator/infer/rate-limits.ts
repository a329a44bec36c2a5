/** What the document says of throttling: 429 answers and headers. Never active: units and figures are not in a document. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import { headerNameProblem } from "../plan/header-syntax.ts";
import { isPolicyMap, type PolicyMap, type PolicyValue } from "../policy-model.ts";
import { inferDocumentLimit } from "./document-limits.ts";
import { quote } from "./foreign-text.ts";
import { nameSome, plainName } from "./names.ts";
import { parseRate, type Rate } from "./rate.ts";
import { block, type Entry, item, leaf, listOf, suggest } from "./suggestion.ts";

export interface InferredLimits {
  readonly sections: readonly Entry[];
  /** Headers and extensions that speak of limits. */
  readonly hints: number;
}

interface LimitHeader {
  readonly name: string;
  readonly role: "remaining" | "limit" | "reset" | "used";
  readonly operation: SpecOperation;
  readonly description?: string;
}

const roles: readonly (readonly [LimitHeader["role"], RegExp])[] = [
  ["remaining", /remain|left$/],
  ["reset", /reset|retryafter/],
  ["used", /used$|calllimit$/],
  ["limit", /limit$|quota$|requests$/],
];

function limitHeaders(document: ApiDocument): LimitHeader[] {
  const found = new Map<string, LimitHeader>();
  for (const operation of document.operations)
    for (const response of operation.responses)
      for (const [name, { description }] of Object.entries(response.headers)) {
        const plain = plainName(name);
        const key = name.toLowerCase();
        if (!/ratelimit|quota|calllimit/.test(plain) || headerNameProblem(name) !== undefined || found.has(key))
          continue;
        const role = roles.find(([, pattern]) => pattern.test(plain))?.[0];
        if (role !== undefined)
          found.set(key, { name, role, operation, ...(description === undefined ? {} : { description }) });
      }
  return [...found.values()];
}

const told = ({ description }: LimitHeader): string =>
  description === undefined ? "the document does not say" : `the document says: ${quote(description)}`;

function retryAfter(document: ApiDocument, resets: readonly LimitHeader[]): Entry[] {
  const declared = document.operations.filter(({ responses }) =>
    responses.some(({ headers }) => Object.keys(headers).some((name) => name.toLowerCase() === "retry-after")),
  );
  const usual =
    declared.length === 0 ? "the built-in one" : `${nameSome(declared, 1)} declares it; also the built-in one`;
  if (resets.length === 0) return [];
  return [
    listOf("retryAfter", [
      item({ from: "$response.header.Retry-After", format: "delaySecondsOrHttpDate" }, usual),
      ...resets.map((header) =>
        item(
          { from: `$response.header.${header.name}`, format: "delaySeconds" },
          `${header.operation.key}: seconds from now (delaySeconds), or a moment (epochSeconds, iso8601)? ${told(header)}`,
        ),
      ),
    ]),
  ];
}

function feedbackOf(headers: readonly LimitHeader[]): Entry[] {
  const entries = (["used", "remaining", "limit", "reset"] as const).flatMap((role) => {
    const header = headers.find((one) => one.role === role);
    if (header === undefined) return [];
    const from = `$response.header.${header.name}`;
    const data: PolicyMap = role === "reset" ? { from, format: "delaySeconds" } : { from };
    return [leaf(role, data, `${header.operation.key}: ${role === "reset" ? "check its unit; " : ""}${told(header)}`)];
  });
  return entries.length === 0 ? [] : [block("feedback", entries)];
}

/** Extensions of operations, or of the whole document, that name a limit, with one value of theirs. */
function limitExtensions(document: ApiDocument): { name: string; operations: SpecOperation[]; value: PolicyValue }[] {
  const found = new Map<string, { name: string; operations: SpecOperation[]; value: PolicyValue }>();
  const note = (name: string, value: PolicyValue, operations: readonly SpecOperation[]): void => {
    if (!/^x-.{0,40}rate-?limit/i.test(name) || name.length > 100) return;
    const known = found.get(name);
    if (known) known.operations.push(...operations);
    else found.set(name, { name, operations: [...operations], value });
  };
  for (const [name, value] of Object.entries(document.bundled)) note(name, value as PolicyValue, []);
  for (const operation of document.operations)
    for (const [name, value] of Object.entries(operation.extensions)) note(name, value as PolicyValue, [operation]);
  return [...found.values()];
}

function extensionLimit(value: PolicyValue): Rate | undefined {
  if (!isPolicyMap(value)) return parseRate(value);
  return Object.values(value)
    .map(parseRate)
    .find((rate) => rate !== undefined);
}

export function inferLimits(document: ApiDocument): InferredLimits {
  const headers = limitHeaders(document);
  const throttled = document.operations.filter(({ responses }) => responses.some(({ status }) => status === "429"));
  const extensions = limitExtensions(document);
  if (headers.length === 0 && throttled.length === 0 && extensions.length === 0) return { sections: [], hints: 0 };
  const reasons = [
    ...(throttled.length === 0 ? [] : [`429 is an answer of ${nameSome(throttled, 1)}`]),
    ...extensions.map(
      ({ name, operations, value }) =>
        `${name} of ${operations.length === 0 ? "the document" : nameSome(operations, 1)}: ${quote(JSON.stringify(value))}`,
    ),
  ];
  const figure = extensions.map(({ value }) => extensionLimit(value)).find((rate) => rate !== undefined);
  const ask =
    figure === undefined
      ? "the document has no figures; look them up"
      : "one of the document's; they may differ by operation";
  const reason = reasons.length === 0 ? "headers of the answers speak of a limit" : reasons.join("; ");
  const filled = extensions.map(({ name, operations }) => inferDocumentLimit(name, operations, reason)).find(Boolean);
  const account = block(
    "account",
    [
      leaf("algorithm", "slidingWindow"),
      leaf("limit", { ...(figure ?? { amount: 100, per: "1m" }) }, ask),
      leaf("partition", ["credential"]),
      ...feedbackOf(headers),
    ],
    reason,
  );
  const limit = filled ?? account;
  const waits = retryAfter(
    document,
    headers.filter(({ role }) => role === "reset"),
  );
  const limitedBy = suggest(leaf("limitedBy", [limit.key!], "with the rate limit below"));
  const defaults = [limitedBy, ...(waits.length === 0 ? [] : [block("retry", waits.map(suggest))])];
  return {
    sections: [block("defaults", defaults), block("rateLimits", [suggest(limit)])],
    hints: headers.length + extensions.length,
  };
}
