/** The pagination of an operation, written back in the policy language. */
import type { Pagination } from "@couplet/runtime/codegen/v1";
import { featureName, type JsonObject, type Plan } from "../model.ts";
import { paginationStyles } from "../plan/policy-pagination.ts";
import { toJsonPointer, toPointerMap } from "./policy-text.ts";

export function toPaginationBlock(pagination: Plan<Pagination>): JsonObject {
  const { items, next, rel, idOf, hasMore, start, total, stopOnEmpty, pageSize, maxPages } = pagination;
  const use = featureName(pagination.use);
  const style = Object.entries(paginationStyles).find(([, strategy]) => strategy === use)?.[0] ?? "cursor";
  const position = toTargetMap(pagination, style === "cursor" ? "to" : "param");
  return {
    style,
    items: items.length === 0 ? "$response.body" : `$response.body#${toJsonPointer(items)}`,
    ...(style === "cursor" || style === "nextUrl"
      ? { cursor: { ...toPointerMap(next, "from"), ...position } }
      : position),
    ...(idOf === undefined ? {} : { idOf: `#${toJsonPointer(idOf)}` }),
    ...toPointerMap(hasMore, "hasMore"),
    ...toPointerMap(total?.from, "total"),
    ...(start === undefined ? {} : { start }),
    ...(rel === undefined ? {} : { rel }),
    ...(pageSize === undefined
      ? {}
      : {
          pageSize: {
            ...toTargetMap(pageSize, "param"),
            ...(pageSize.default === undefined ? {} : { default: pageSize.default }),
          },
        }),
    maxPages,
    ...(stopOnEmpty === undefined ? {} : { stopOnEmpty }),
  };
}

/** Positions and sizes are query parameters, or stand in the request body. */
function toTargetMap({ param, place }: Pick<Plan<Pagination>, "param" | "place">, key: string): Record<string, string> {
  if (place !== undefined) return toPointerMap({ from: "request.body", path: place.path }, key);
  return param === undefined ? {} : { [key]: `$request.query.${param}` };
}
