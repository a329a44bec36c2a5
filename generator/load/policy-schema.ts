/** The policy file as a whole. */
import { z } from "zod";
import {
  auth,
  defaults,
  entry,
  filter,
  layer,
  named,
  operationBlock,
  paginator,
  pointer,
  rateLimit,
  redact,
  ruleBlock,
  source,
  telemetry,
} from "./policy-block.ts";
import { constant, date, formatVersion, text } from "./policy-scalars.ts";

const name = text(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "a name of letters, digits, `-` and `_`");
const member = text(/^[A-Za-z_$][A-Za-z0-9_$]*\.[A-Za-z_$][A-Za-z0-9_$]*$/, "`namespace.method`");
const identifier = text(/^[A-Za-z_$][A-Za-z0-9_$]*$/, "an identifier");
const credential = layer({
  env: text(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
  store: text(),
  provider: text(),
  secret: z.boolean(),
  pattern: text(),
  source,
});

/** Keys of the top level that a version layer may repeat. */
const layered = {
  servers: named(layer({ url: text(), default: z.boolean() }), name),
  serverVariables: named(
    layer({ required: z.boolean(), pattern: text(), enum: z.array(text()), default: text() }),
    text(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "the name of a server variable"),
  ),
  include: filter,
  exclude: filter,
  names: layer({ operations: named(member), schemas: named(identifier), tags: named(identifier) }),
  credentials: named(credential, name),
  auth,
  defaults,
  rateLimits: named(rateLimit, name),
  paginators: named(paginator, name),
  rules: z.array(ruleBlock),
  operations: named(operationBlock),
  coerce: z.unknown(),
  webhooks: z.unknown(),
  redact: z.union([z.literal("none"), redact]),
  telemetry,
  source,
};

const version = layer({
  spec: text(),
  overlays: z.array(text()),
  pin: entry({ in: z.enum(["path", "header", "query"]), name: text(), value: constant }, { source }),
  supportedUntil: date,
  lock: z.unknown(),
  policy: layer(layered),
  source,
});

const optional = Object.fromEntries(Object.entries(layered).map(([key, value]) => [key, value.nullable()]));
export const policySchema: z.ZodType = entry(
  { policy: formatVersion },
  {
    provider: text(/^[a-z0-9][a-z0-9._-]{0,63}$/, "a name of lower-case letters, digits, `.`, `_` and `-`"),
    extends: z.unknown(),
    versions: named(
      version,
      text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a version label of letters, digits, `.`, `_` and `-`"),
    ),
    versioning: layer({ echo: pointer, deprecation: z.enum(["report", "ignore", "fail"]) }),
    ...optional,
  },
);
