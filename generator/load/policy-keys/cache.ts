/** What is kept of answers. */
import { type Key, key, layer, list, noneOr, oneOf } from "../policy-key.ts";
import { duration } from "../policy-quantities.ts";
import { source } from "./source.ts";

const keys = layer(
  {
    validators: key(
      list(oneOf("etag", "lastModified")),
      "ask again with If-None-Match or If-Modified-Since; a 304 costs little",
    ),
    key: key(
      list(oneOf("credential", "tenant", "url")),
      "what tells answers apart; URL, credential, tenant and the headers that are sent always do",
      {
        default: ["credential", "url"],
      },
    ),
    ttl: key(
      duration(),
      "how long an answer is given without asking, where its Cache-Control allows as much; without it, always ask",
      { examples: ["60s"] },
    ),
    store: key(
      oneOf("memory", "shared"),
      "where answers are kept; `shared`: in createClient({ stores: { answers } })",
      {
        default: "memory",
      },
    ),
    source,
  },
  "cache",
);

export const cache: Key = key(noneOr(keys), "what is kept of answers", { default: "none" });
