/** Where a fact comes from. */
import type { z } from "zod";
import { staleAfterDays } from "../../policy-defaults.ts";
import { type Key, key, layer } from "../policy-key.ts";
import { date, text } from "../policy-scalars.ts";

const keys: z.ZodType = layer(
  {
    url: key(text(/^https?:\/\//, "a URL"), "page that says so"),
    verified: key(date, `day on which somebody read it; older than ${staleAfterDays} days is a warning`, {
      examples: ["2026-11-20"],
    }),
    note: key(text(), "anything a reviewer should know"),
  },
  "source",
);

export const source: Key = key(keys, "where the facts of this block come from; blocks without one take the next above");
