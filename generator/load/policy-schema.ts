/** The policy file as a whole. */
import type { z } from "zod";
import { defaults, operationBlock, ruleBlock } from "./policy-block.ts";
import { entry, type Keys, key, layer, list, named } from "./policy-key.ts";
import { auth } from "./policy-keys/auth.ts";
import { coerce, redact, telemetry } from "./policy-keys/content.ts";
import { rateLimits } from "./policy-keys/limits.ts";
import { paginators } from "./policy-keys/pagination.ts";
import {
  credentials,
  exclude,
  include,
  names,
  servers,
  serverVariables,
  versioning,
  versionKeys,
  versionLabel,
} from "./policy-keys/project.ts";
import { source } from "./policy-keys/source.ts";
import { webhooks } from "./policy-keys/webhooks.ts";
import { formatVersion, text } from "./policy-scalars.ts";

/** Keys of the top level that a version layer may repeat. */
const layered: Keys = {
  servers,
  serverVariables,
  include,
  exclude,
  names,
  credentials,
  auth,
  defaults: key(defaults, "what holds for every operation"),
  rateLimits,
  paginators,
  rules: key(list(ruleBlock), "what holds for the operations that a rule matches; the order of rules means nothing"),
  operations: key(named(operationBlock), "what holds for one operation, by operationId"),
  coerce,
  webhooks,
  redact,
  telemetry,
  source,
};

const version = layer(
  { ...versionKeys, policy: key(layer(layered, "versionPolicy"), "what differs in this version; keys as at the top") },
  "version",
);

const nullable = Object.fromEntries(
  Object.entries(layered).map(([name, { schema, told }]) => [name, { schema: schema.nullable(), told }]),
);

export const policySchema: z.ZodType = entry(
  { policy: key(formatVersion, "version of this format", { default: "1.0" }) },
  {
    provider: key(
      text(/^[a-z0-9][a-z0-9._-]{0,63}$/, "a name of lower-case letters, digits, `.`, `_` and `-`"),
      "name of the provider, and of its package",
    ),
    extends: key(list(text()), "paths of policies that lie below this one, left to right, from the policy's folder", {
      examples: [["../base.policy.yaml"]],
    }),
    versions: key(
      named(version, versionLabel),
      "versions by label; each folder with a document is one, written here or not",
    ),
    versioning,
    ...nullable,
  },
);
