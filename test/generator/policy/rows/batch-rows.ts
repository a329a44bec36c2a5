/** Operations whose calls are joined. */
import type { Row } from "./row.ts";

/** `batchThings` takes `{ things: [] }` and answers with `{ things: [], note }`; `taggedThings` also needs `tag`. */
const batch = (rest: string, from = "createThing"): string => `operations: { ${from}: { batch: { ${rest} } } }`;

export const batchRows: readonly Row[] = [
  {
    what: "an unknown operation that takes many",
    policy: batch("operation: «batchThingz», items: $request.body#/things"),
    code: "P201",
    message: "there is no operation `batchThingz` in 2026-01",
    fix: "did you mean `batchThings`?",
  },
  {
    what: "an operation that takes many and is left out",
    policy: `exclude: { operations: [batchThings] }\n${batch("operation: «batchThings», items: $request.body#/things")}`,
    code: "P201",
    message: "`batchThings` is not generated, so nothing can call it",
    fix: "let `include` and `exclude` keep it",
  },
  {
    what: "items that the batch has no place for",
    policy: batch("operation: batchThings, items: «$request.body#/thing», perItemResults: $response.body#/things"),
    code: "P410",
    message: "the schema has no `thing` for `$request.body#/thing`",
    fix: "the schema has `things`",
  },
  {
    what: "items that are no list",
    policy: batch("operation: batchThings, items: «$request.body#/note», perItemResults: $response.body#/things"),
    code: "P410",
    message: "`$request.body#/note` is string, not array",
    fix: "point to an array",
  },
  {
    what: "items in the answer",
    policy: batch("operation: batchThings, items: «$response.body#/things», perItemResults: $response.body#/things"),
    code: "P003",
    message: "`items` is a place in the body of the batch",
    fix: "write for example `$request.body#/items`",
  },
  {
    what: "results that the answer lacks",
    policy: batch("operation: batchThings, items: $request.body#/things, perItemResults: «$response.body#/thinks»"),
    code: "P410",
    message: "the schema has no `thinks` for `$response.body#/thinks`",
    fix: "the schema has `things`",
  },
  {
    what: "errors that are no list",
    policy: batch(
      "operation: batchThings, items: $request.body#/things, perItemResults: $response.body#/things, perItemErrors: «$response.body#/note»",
    ),
    code: "P410",
    message: "`$response.body#/note` is string, not array",
    fix: "point to an array",
  },
  {
    what: "an answer that is not each caller's own",
    policy: "operations: { createThing: { «batch»: { operation: batchThings, items: $request.body#/things } } }",
    code: "P410",
    message: "the answer of `batchThings` is of another type than each caller's own",
    fix: "add `perItemResults: $response.body#/…`",
  },
  {
    what: "a batch of itself",
    policy: batch("operation: «batchThings», items: $request.body#/things", "batchThings"),
    code: "P301",
    message: "an operation cannot take its own calls",
    fix: "name the operation that takes many",
  },
  {
    what: "a batch of what is waited for",
    policy:
      "operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\" }, «batch»: { operation: batchThings, items: $request.body#/things, perItemResults: $response.body#/things } } }",
    code: "P301",
    message: "a call that is joined has no end that comes later",
    fix: "take `batch` or `polling` out",
  },
  {
    what: "a batch of calls without a body",
    policy:
      "operations: { deleteEverything: { «batch»: { operation: batchThings, items: $request.body#/things, perItemResults: $response.body#/things } } }",
    code: "P003",
    message: "`deleteEverything` takes no JSON, so its calls cannot be joined",
    fix: "take `batch` out",
  },
  {
    what: "a batch of calls that are told apart by their paths",
    policy:
      "operations: { renameThing: { «batch»: { operation: batchThings, items: $request.body#/things, perItemResults: $response.body#/things } } }",
    code: "P411",
    message: "`renameThing` needs `id`, which a joined call does not have",
    fix: "take `batch` out",
  },
  {
    what: "a batch that needs more than its items",
    policy: batch("operation: taggedThings, items: «$request.body#/things», perItemResults: $response.body#/things"),
    code: "P411",
    message: "the body of the batch needs `tag` beside the items",
    fix: "take `batch` out, or repair the document if it can be left out",
  },
].map((row) => ({ ...row, given: "batches" as const }));
