/** The pagination of an operation, written back in the policy language. */
import type { Pagination } from "@couplet/runtime/codegen/v1";
import { featureName, type JsonObject, type Plan } from "../model.ts";
import { paginationStyles } from "../plan/policy-pagination.ts";
import { toJsonPointer, toPointerMap } from "./policy-text.ts";

export function toPaginationBlock(pagination: Plan<Pagination>): JsonObject {
  const { items, param, next, rel, idOf, hasMore, start, pageSize, maxPages } = pagination;
  const use = featureName(pagination.use);
  const style = Object.entries(paginationStyles).find(([, strategy]) => strategy === use)?.[0] ?? "cursor";
  const position = param === undefined ? {} : toQueryMap(param, style === "cursor" ? "to" : "param");
  return {
    style,
    items: items.length === 0 ? "$response.body" : `$response.body#${toJsonPointer(items)}`,
    ...(style === "cursor" || style === "nextUrl"
      ? { cursor: { ...toPointerMap(next, "from"), ...position } }
      : position),
    ...(idOf === undefined ? {} : { idOf: `#${toJsonPointer(idOf)}` }),
    ...toPointerMap(hasMore, "hasMore"),
    ...(start === undefined ? {} : { start }),
    ...(rel === undefined ? {} : { rel }),
    ...(pageSize === undefined
      ? {}
      : {
          pageSize: {
            ...toQueryMap(pageSize.param, "param"),
            ...(pageSize.default === undefined ? {} : { default: pageSize.default }),
          },
        }),
    maxPages,
  };
}

/** Positions and sizes are query parameters. */
function toQueryMap(name: string, key: string): Record<string, string> {
  return { [key]: `$request.query.${name}` };
}
