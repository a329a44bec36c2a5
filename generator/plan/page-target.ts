/** Where the position and the size of a page are sent: in a query parameter, or in the request body. */
import type { Pagination, Pointer } from "@couplet/runtime/codegen/v1";
import { toExpression } from "../expression-text.ts";
import { feature, type Plan, type Schema, type SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { parsePointer } from "./expression.ts";
import { at, leafAt, type Node, numberAt } from "./layers.ts";
import { type Planning, pointerAt } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import { expand, typesOf } from "./schema-pointer.ts";

/** What reports in the name of one operation. */
export interface PageScope {
  readonly planning: Planning;
  readonly operation: SpecOperation;
  report(node: Node | undefined, code: string, message: string, fix: string): undefined;
}

/** Where a position or a size is sent. */
export interface PageTarget {
  /** As people call it. */
  readonly label: string;
  readonly schemas: readonly Schema[];
  readonly target: Pick<Plan<Pagination>, "param" | "place">;
}

/** The target that a leaf names; what does not fit the operation is reported. `key` is how people call the leaf. */
export function pageTarget(scope: PageScope, leaf: Node | undefined, key: string): PageTarget | undefined {
  if (leaf === undefined)
    return scope.report(
      undefined,
      "P003",
      `this style needs \`${key}\``,
      `add \`${key}\` with \`$request.query.NAME\` or \`$request.body#/…\``,
    );
  const parsed = parsePointer(String(leaf.kind === "leaf" ? leaf.value : ""));
  if (!parsed.ok) {
    pointerAt(scope.planning, leaf);
    return undefined;
  }
  const pointer = parsed.value;
  if (pointer.from === "request.body" && pointer.path.length > 0) return bodyTarget(scope, leaf, pointer);
  if (pointer.from !== "request.query")
    return scope.report(
      leaf,
      "P003",
      "the position is sent in a query parameter or in the body",
      "write `$request.query.NAME` or `$request.body#/…`",
    );
  const names = scope.operation.parameters.filter((one) => one.in === "query");
  const found = names.find((one) => one.name === pointer.name);
  if (found) return { label: found.name, schemas: [found.schema], target: { param: found.name } };
  const near = nearest(
    pointer.name,
    names.map((one) => one.name),
  );
  return scope.report(
    leaf,
    "P411",
    `there is no query parameter \`${pointer.name}\``,
    near ? `did you mean \`${near}\`?` : "correct it, repair the document, or let the rule match fewer operations",
  );
}

function bodyTarget(
  scope: PageScope,
  leaf: Node,
  pointer: Pointer & { readonly from: "request.body" },
): PageTarget | undefined {
  if (scope.operation.requestBody === undefined)
    return scope.report(
      leaf,
      "P411",
      "there is no request body",
      "write `$request.query.NAME`, or let the rule match fewer operations",
    );
  const lookup = inspect(scope.planning.document, pointer, scope.operation);
  if (lookup.kind === "absent") {
    const { message, fix } = absentMessage(pointer, lookup);
    return scope.report(leaf, "P411", message, fix);
  }
  const schemas = lookup.kind === "found" ? lookup.schemas : [];
  const types = typesOf(schemas);
  if (types.size > 0 && !["string", "number", "integer"].some((type) => types.has(type)))
    return scope.report(
      leaf,
      "P411",
      `\`${toExpression(pointer)}\` is ${[...types].join(" or ")}, which takes no position`,
      "point to a string or a number",
    );
  return {
    label: pointer.path.join("/"),
    schemas,
    target: { place: { use: feature("bodyPlace"), path: pointer.path } },
  };
}

/** How large pages are asked for. */
export function planPageSize(scope: PageScope, style: Node): Plan<Pagination>["pageSize"] {
  const node = at(style, "pageSize");
  if (node === undefined) return undefined;
  const usual = numberAt(node, "default");
  const greatest = numberAt(node, "max");
  const above = usual !== undefined && greatest !== undefined && usual > greatest;
  if (above)
    scope.planning.findings.add(
      { path: leafAt(node, "default")!.path },
      {
        code: "P103",
        message: `the page size ${usual} is above the greatest, ${greatest}`,
        fix: `write at most ${greatest}`,
      },
    );
  const param = pageTarget(scope, leafAt(node, "param") ?? undefined, "pageSize: { param }");
  if (param === undefined) return undefined;
  const documented = param.schemas
    .flatMap((schema) => expand(scope.planning.document, schema))
    .find((schema) => schema.maximum !== undefined)?.maximum;
  if (!above && usual !== undefined && documented !== undefined && usual > documented)
    scope.report(
      leafAt(node, "default"),
      "P103",
      `the document allows at most ${documented} for \`${param.label}\``,
      `write at most ${documented}`,
    );
  return { ...param.target, ...(usual === undefined ? {} : { default: usual }) };
}
