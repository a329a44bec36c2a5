/** Every way to page, written back in the language, plans as it did. */
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { toPaginationBlock } from "../../../generator/explain/pagination-block.ts";
import { planOf, told } from "../policy/harness.ts";

const safe = 'idempotency: { class: safe, because: "a search" }';
const ways: readonly (readonly [operation: string, pagination: string])[] = [
  ["listThings", "style: link"],
  ["listThings", "style: nextUrl, cursor: { from: $response.body#/next_page }, stopOnEmpty: true"],
  ["listThings", "style: page, param: $request.query.page, total: $response.header.X-Pages, start: 0"],
  ["listThings", "style: page, param: $request.query.page, hasMore: $response.body#/has_more, stopOnEmpty: false"],
  ["listThings", "style: offset, param: $request.query.page, total: $response.header.X-Total"],
  [
    "createThing",
    "style: page, items: $response.body#/parts, param: $request.body#/name, pageSize: { param: $request.body#/request_id, default: 3 }",
  ],
  [
    "createThing",
    "style: cursor, items: $response.body#/parts, cursor: { from: $response.body#/id, to: $request.body#/name }",
  ],
];

test.each(ways)("%s: %s", async (operation, pagination) => {
  const first = await planOf(`operations: { ${operation}: { ${safe}, pagination: { ${pagination} } } }\n`);
  expect(told(first.diagnostics)).toEqual([]);
  const wanted = first.operation(operation).pagination!;
  const again = await planOf(
    stringify({
      operations: {
        [operation]: { idempotency: { class: "safe", because: "a search" }, pagination: toPaginationBlock(wanted) },
      },
    }),
  );
  expect(again.operation(operation).pagination).toEqual(wanted);
});
