/** The blocks that hold keys of calls: `defaults`, rules and operations. */
import { z } from "zod";
import { entry, type Keys, key, layer, list } from "./policy-key.ts";
import { auth } from "./policy-keys/auth.ts";
import { cache } from "./policy-keys/cache.ts";
import { circuitBreaker } from "./policy-keys/circuit-breaker.ts";
import { headers, query, redact, telemetry, validation } from "./policy-keys/content.ts";
import { errors, inheritErrors } from "./policy-keys/errors.ts";
import { idempotency, methods } from "./policy-keys/idempotency.ts";
import { concurrency, limitedBy } from "./policy-keys/limits.ts";
import { batch, polling } from "./policy-keys/long-running.ts";
import { pagination } from "./policy-keys/pagination.ts";
import { matchKeys } from "./policy-keys/project.ts";
import { source } from "./policy-keys/source.ts";
import { retry, timeouts } from "./policy-keys/timing.ts";
import { count, text } from "./policy-scalars.ts";

const atEveryLevel: Keys = {
  timeouts,
  retry,
  idempotency,
  limitedBy,
  concurrency,
  circuitBreaker,
  errors,
  inheritErrors,
  validation,
  headers,
  query,
  redact,
  telemetry,
  source,
};
const ofRules: Keys = { pagination, auth, cache };
const ofOperations: Keys = { polling, batch };

const match = entry(
  {},
  {
    ...matchKeys,
    methods: key(methods, "HTTP methods"),
    responseSchema: key(
      z.union([text(), list(text())]),
      "glob on the name of the schema of the success, or `array` for a plain list",
      { examples: ["*List"] },
    ),
  },
  "match",
);

export const defaults: z.ZodType = layer(atEveryLevel, "defaults");
export const ruleBlock: z.ZodType = layer(
  {
    match: key(match, "operations that the rule is for; keys are joined by and, values of a key by or"),
    priority: key(count(-1000, "write a whole number"), "the greater wins where two rules differ; equal is an error", {
      default: 0,
    }),
    ...atEveryLevel,
    ...ofRules,
  },
  "rule",
);
export const operationBlock: z.ZodType = layer({ ...atEveryLevel, ...ofRules, ...ofOperations }, "operation");

/** Keys that belong into `defaults`, `rules` or `operations`, for whoever writes them at the top. */
export const blockKeys: readonly string[] = Object.keys({ ...atEveryLevel, ...ofRules, ...ofOperations });
/** Those of them that make no sense for all operations. */
export const narrowKeys: readonly string[] = Object.keys({ ...ofRules, ...ofOperations });
