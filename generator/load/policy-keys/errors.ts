/** Which answers are errors, what they are called, and what they mean for retries and limits. */
import { z } from "zod";
import { entry, flag, type Key, key, list, oneOf } from "../policy-key.ts";
import { text } from "../policy-scalars.ts";
import { condition, pointer } from "./expressions.ts";
import { disposition } from "./idempotency.ts";
import { source } from "./source.ts";

const rule = entry(
  {
    when: key(condition, "which answers are meant; a 2xx may be an error too", { examples: ["$statusCode == 402"] }),
    as: key(
      text(/^[A-Z][A-Za-z0-9]{0,63}$/, "the name of an error such as `CardError`"),
      "name of the error: one of the runtime's, or the policy's own",
    ),
  },
  {
    code: key(pointer, "field that becomes the error's `code`"),
    message: key(pointer, "field that becomes its message"),
    detail: key(pointer, "field that becomes its `detail`, of any type"),
    disposition: key(
      disposition,
      "`rejected`: surely not processed; `ambiguous`: perhaps; `permanent`: asking again is useless. " +
        "Without it: 401 and 429 rejected; 408, 500, 502, 503 and 504 ambiguous; the rest permanent",
    ),
    refresh: key(flag, "get new credentials and repeat once, as for a 401", { default: false }),
    pause: key(z.union([z.literal("none"), z.literal(false)]), "`none`: this answer must not pause a limit"),
    scope: key(oneOf("own", "upstream"), "whose limit it speaks of; `upstream` never pauses ours", { default: "own" }),
    source,
  },
  "errorRule",
);

export const errors: Key = key(
  list(rule),
  "rules tried from the most specific layer down, the first that fits counts; then the runtime's own",
);
export const inheritErrors: Key = key(flag, "`false`: rules of lower layers do not apply", { default: true });
