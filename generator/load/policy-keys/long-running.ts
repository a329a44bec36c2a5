/** Operations that end later, and operations that take many items at once. */
import { z } from "zod";
import { defaultBatch, defaultPollingWait } from "../../policy-defaults.ts";
import { printDuration, printSize } from "../../policy-model.ts";
import { entry, type Key, key, named, noneOr } from "../policy-key.ts";
import { duration, size } from "../policy-quantities.ts";
import { constant, count, factor, text } from "../policy-scalars.ts";
import { condition, pointer } from "./expressions.ts";
import { source } from "./source.ts";

const pass: Key = key(named(pointer), "its parameters by name, as pointers into the first exchange", {
  examples: [{ id: "$response.body#/id" }],
});
const operation = (of: string): Key => key(text(), `operationId of the call that ${of}`);

const every = entry(
  { initial: key(duration(), "wait before the first look, and between looks at first") },
  {
    multiplier: key(factor(1), "how much longer each wait is; at least 1", { default: 1 }),
    max: key(duration(), "the longest wait", { examples: ["30s"] }),
  },
);

// The linter says more of a missing deadline or success than this could.
const pollingKeys = entry(
  { operation: operation("tells the state") },
  {
    pass,
    every: key(z.union([duration(), every]), "wait between looks; a wait that the provider tells wins", {
      default: printDuration(defaultPollingWait),
    }),
    deadline: key(duration(), "time after which waiting ends with an error; mandatory", { examples: ["30m"] }),
    success: key(condition, "the answer that means done; mandatory"),
    failure: key(condition, "the answer that means that it will never be done"),
    result: key(pointer, "the part of the last answer that is handed over", { default: "$response.body" }),
    cancel: key(
      entry({ operation: operation("cancels") }, { pass }),
      "call that is made when the caller aborts the wait",
    ),
    source,
  },
  "polling",
);

export const polling: Key = key(
  noneOr(pollingKeys),
  "how to wait for the end of what the operation starts; gives its calls, and those of the operation that tells the state, `completed()`; replaced whole",
  { default: "none" },
);

const batchKeys = entry(
  {
    operation: operation("takes many"),
    items: key(pointer, "where its request holds the list", { examples: ["$request.body#/batch"] }),
  },
  {
    constants: key(named(constant), "properties that are put into each item", { examples: [{ type: "track" }] }),
    maxItems: key(count(), "the most items of one call", { default: defaultBatch.maxItems }),
    maxBytes: key(size, "the largest body of one call", { default: printSize(defaultBatch.maxBytes) }),
    window: key(duration(), "how long the first call waits for others", {
      default: printDuration(defaultBatch.window),
    }),
    perItemResults: key(
      pointer,
      "where its answer holds the result of each item, in the order of the items; without it each caller gets the whole answer",
    ),
    perItemErrors: key(
      pointer,
      "where its answer holds the error of each item, in the order of the items; null, false or empty for one that went well",
    ),
    source,
  },
  "batch",
);

export const batch: Key = key(noneOr(batchKeys), "collects calls of this operation into one of another", {
  default: "none",
});
