/** Operations that end later than they answer. */
import type { Row } from "./row.ts";

export const pollingRows: readonly Row[] = [
  {
    what: "a polled answer without the place",
    policy:
      "operations: { createThing: { polling: { operation: getThing, deadline: 1m, pass: { id: $response.body#/id }, success: «\"$response.body#/nme == 'x'\"» } } }",
    code: "P410",
    message: "the schema has no `nme` for `$response.body#/nme`",
    fix: "the schema has `name`",
  },
  {
    what: "a passed value that the answer lacks",
    policy:
      "operations: { createThing: { polling: { operation: getThing, deadline: 1m, pass: { id: «$response.body#/idd» }, success: \"$response.body#/name == 'x'\" } } }",
    code: "P410",
    message: "the schema has no `idd` for `$response.body#/idd`",
    fix: "the schema has `id`",
  },
  {
    what: "a passed parameter that is not there",
    policy:
      "operations: { createThing: { polling: { operation: getThing, deadline: 1m, pass: { «idd»: $response.body#/id }, success: \"$response.body#/name == 'x'\" } } }",
    code: "P411",
    message: "`getThing` has no parameter `idd`",
    fix: "did you mean `id`?",
  },
  {
    what: "polling without an end",
    policy:
      'operations: { createThing: { «polling»: { operation: getThing, pass: { id: $response.body#/id }, success: "$statusCode == 200" } } }',
    code: "P440",
    message: "polling lacks `deadline`: it would go on for ever",
    fix: "add for example `deadline: 30m`",
  },
  {
    what: "polling without a success",
    policy:
      "operations: { createThing: { «polling»: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m } } }",
    code: "P440",
    message: "polling lacks `success`: it could never end well",
    fix: "add a condition such as `success: \"$response.body#/status == 'done'\"`",
  },
  {
    what: "polling whose failure is its success",
    policy:
      'operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: "$statusCode == 200", failure: «"$statusCode == 200"» } } }',
    code: "P440",
    message: "`failure` is the same as `success`: no answer tells them apart (the other is at policy.yaml:4:119)",
    fix: "write what only a failure has",
  },
  {
    what: "polling for an answer that is an error",
    policy:
      'operations: { deleteThing: { polling: { operation: getThing, pass: { id: $request.path.id }, deadline: 1m, success: «"$statusCode == 404"» } } }',
    code: "P440",
    message: "no success has such a status: an answer that is an error ends the wait as that error",
    fix: "write what a 2xx answer says when it is done",
  },
  {
    what: "polling with what would act again",
    policy:
      "operations: { createThing: { polling: { operation: «createThing», deadline: 1m, success: \"$response.body#/name == 'x'\" } } }",
    code: "P412",
    message: "only safe operations can be asked again and again, not `createThing`",
    fix: "name the operation that reads the state, or write `idempotency: { class: safe, because: … }` at it",
  },
  {
    what: "polling that leaves a parameter out",
    policy:
      "operations: { createThing: { «polling»: { operation: getThing, deadline: 1m, success: \"$response.body#/name == 'x'\" } } }",
    code: "P411",
    message: "`getThing` needs `id`",
    fix: "add `pass: { id: $response.body#/… }`",
  },
  {
    what: "a cancelling call that leaves a parameter out",
    policy:
      "operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\", «cancel»: { operation: deleteThing } } } }",
    code: "P411",
    message: "`deleteThing` needs `id`",
    fix: "add `pass: { id: $response.body#/… }`",
  },
  {
    what: "a value of a cancelling call that the answer lacks",
    policy:
      "operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\", cancel: { operation: deleteThing, pass: { id: «$response.body#/uid» } } } } }",
    code: "P410",
    message: "the schema has no `uid` for `$response.body#/uid`",
    fix: "the schema has `id`",
  },
  {
    what: "a result that no state has",
    policy:
      "operations: { createThing: { polling: { operation: getThing, pass: { id: $response.body#/id }, deadline: 1m, success: \"$response.body#/name == 'x'\", result: «$response.body#/part» } } }",
    code: "P410",
    message: "the schema has no `part` for `$response.body#/part`",
    fix: "the schema has `parts`",
  },
  {
    what: "pages that are waited for",
    policy:
      'operations: { listThings: { pagination: { style: link, items: $response.body#/data, rel: next }, «polling»: { operation: listThings, deadline: 1m, success: "$response.body#/has_more == false" } } }',
    code: "P301",
    message: "an operation that answers with pages is not waited for",
    fix: "take `polling` out, or write it at the operation that starts something",
  },
];
