/** P301: keys of one block that cannot both be meant. Over several layers the same is a replacement, and no mistake. */
import { at, type Branch, entriesAt, isNone, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { type PolicyRoot, topTree } from "./policy-stack.ts";

interface Contradiction {
  /** What says nothing beside the rest. */
  readonly node: Node;
  readonly message: string;
  readonly fix: string;
}

const first = (block: Node | undefined, keys: readonly string[]): Node | undefined =>
  keys.map((key) => at(block, key)).find((node) => node !== undefined);

const keyOf = (node: Node): string => String(node.path.at(-1));

function ofRetry(retry: Node | undefined): Contradiction[] {
  const off = numberAt(retry, "maxAttempts") === 1 ? "maxAttempts: 1" : undefined;
  // The server's word still counts beside an empty list.
  const empty = listAt(retry, "on")?.length === 0 && !at(retry, "advice") ? "on: []" : undefined;
  const why = off ?? empty;
  const idle = first(retry, ["backoff", "budget", "retryAfter", "maxRetryAfter", "onRetryAfterExceeded", "advice"]);
  const many = (numberAt(retry, "maxAttempts") ?? 1) > 1 ? at(retry, "maxAttempts") : undefined;
  const node = idle ?? (empty ? many : undefined) ?? (off ? at(retry, "on") : undefined);
  const found: Contradiction[] = [];
  if (why && node && !(off && listAt(node)?.length === 0))
    found.push({
      node,
      message: `\`${why}\` switches retries off, so \`${keyOf(node)}\` says nothing`,
      fix: `take \`${keyOf(node)}\` out, or \`${why}\``,
    });
  const multiplier = at(retry, "backoff", "multiplier");
  if (multiplier && textAt(retry, "backoff", "strategy") === "constant")
    found.push({
      node: multiplier,
      message: "waits of `strategy: constant` do not grow, so `multiplier` says nothing",
      fix: "take `multiplier` out, or write `strategy: exponential`",
    });
  return found;
}

function ofIdempotency(block: Node | undefined): Contradiction[] {
  const written = textAt(block, "class");
  const key = at(block, "key");
  const natural = at(block, "natural");
  if (written === undefined || written === "keyed") return ofKeys(block, key, natural);
  const others = ["natural", "retention", "replaysErrors", "comparesBody", "inFlight", "mismatch", "replayed"];
  const node = key && !isNone(key) ? key : first(block, others);
  return node === undefined
    ? []
    : [
        {
          node,
          message: `\`class: ${written}\` sends no key, so \`${keyOf(node)}\` says nothing`,
          fix: `write \`class: keyed\`, or take \`${keyOf(node)}\` out`,
        },
      ];
}

/** Two keys at once, or an answer that the same block rules out. */
function ofKeys(block: Node | undefined, key: Node | undefined, natural: Node | undefined): Contradiction[] {
  const found: Contradiction[] = [];
  if (key && natural && !isNone(key) && !isNone(natural))
    found.push({
      node: natural,
      message: "a call is told from its repetition by `key` or by `natural`, not by both",
      fix: "keep the one that the provider goes by",
    });
  const mismatch = at(block, "mismatch");
  if (mismatch && leafAt(block, "comparesBody")?.value === false)
    found.push({
      node: mismatch,
      message: "a provider that compares no bodies (`comparesBody: false`) answers no `mismatch`",
      fix: "keep the one that is true",
    });
  return found;
}

function ofAuth(auth: Node | undefined): Contradiction[] {
  const flow = textAt(auth, "flow");
  if (flow === undefined || !["apiKey", "basic", "bearer"].includes(flow)) return [];
  const node =
    first(auth, ["tokenUrl", "clientAuth", "scopes", "params"]) ??
    first(at(auth, "lifecycle"), ["expiresIn", "refreshBefore", "rotation", "invalidGrant"]);
  return node === undefined
    ? []
    : [
        {
          node,
          message: `\`flow: ${flow}\` fetches no token, so \`${keyOf(node)}\` says nothing`,
          fix: `take \`${keyOf(node)}\` out, or write \`flow: clientCredentials\` or \`refreshToken\``,
        },
      ];
}

function ofCredential(credential: Node): Contradiction[] {
  const sources = ["env", "store", "provider"].filter((key) => at(credential, key));
  const [, second] = sources;
  return second === undefined
    ? []
    : [
        {
          node: at(credential, second)!,
          message: `a credential comes from one place, not from ${sources.map((key) => `\`${key}\``).join(" and ")}`,
          fix: "keep one of `env`, `store` and `provider`",
        },
      ];
}

function ofVariable(variable: Node): Contradiction[] {
  const fallback = leafAt(variable, "default");
  if (fallback === undefined) return [];
  const values = listAt(variable, "enum");
  if (leafAt(variable, "required")?.value === true)
    return [
      {
        node: fallback,
        message: "a variable that is `required` has no default",
        fix: "take `default` out, or `required: true`",
      },
    ];
  return values === undefined || values.includes(fallback.value)
    ? []
    : [
        {
          node: fallback,
          message: `the default \`${fallback.value}\` is not among the values of \`enum\``,
          fix: `write one of ${values.slice(0, 8).join(", ")}`,
        },
      ];
}

/** `blocks`: what speaks of operations, as it is written. */
export function checkContradictions(planning: Planning, blocks: readonly Branch[], roots: readonly PolicyRoot[]): void {
  const tops = roots.map((root) => topTree([root]));
  const found = [
    ...blocks.flatMap((block) => [
      ...ofRetry(at(block, "retry")),
      ...ofIdempotency(at(block, "idempotency")),
      ...ofAuth(at(block, "auth")),
    ]),
    ...tops.flatMap((top) => [
      ...entriesAt(top, "credentials").flatMap(([, node]) => ofCredential(node)),
      ...entriesAt(top, "serverVariables").flatMap(([, node]) => ofVariable(node)),
    ]),
  ];
  for (const { node, message, fix } of found)
    planning.findings.add({ path: node.path, spot: { of: "key" } }, { code: "P301", message, fix });
}
