/** Paginators of the policy, checked against each operation that they are used for. */
import type { Pagination, Pointer } from "@couplet/runtime/codegen/v1";
import { feature, type Plan, type Schema, type SpecOperation } from "../model.ts";
import { defaultMaxPages } from "../policy-defaults.ts";
import { parseJsonPointer } from "./expression.ts";
import { at, type Branch, isNone, leafAt, type Node, numberAt, overlay, textAt } from "./layers.ts";
import { type PageScope, pageTarget, planPageSize } from "./page-target.ts";
import { type Planning, pointerAt, unknownName } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import { arrayProperties, lookUp, successSchemas, typesOf } from "./schema-pointer.ts";

/** Styles of the language and the runtime's strategies. */
export const paginationStyles = {
  link: "linkPages",
  cursor: "cursorPages",
  lastId: "lastIdPages",
  nextUrl: "nextUrlPages",
  page: "pageNumberPages",
  offset: "offsetPages",
} as const;
type Style = keyof typeof paginationStyles;

const isSuccess = (status: string): boolean => status.startsWith("2") || status === "default";

/** Plans the pagination of one operation; everything that does not fit is reported with the operation's name. */
class Planner implements PageScope {
  readonly planning: Planning;
  readonly operation: SpecOperation;
  readonly #node: Node;
  readonly #name: string;
  readonly #authenticated: boolean;

  constructor(planning: Planning, operation: SpecOperation, node: Node, authenticated: boolean) {
    this.planning = planning;
    this.operation = operation;
    this.#node = node;
    this.#name = operation.operationId ?? operation.key;
    this.#authenticated = authenticated;
  }

  plan(style: Style): Plan<Pagination> | undefined {
    const items = this.#items();
    const pageSize = planPageSize(this, this.#node);
    const fields = this.#fields(style, items);
    const ends = this.#ends(style);
    this.#checkExtras(style);
    if (items === undefined || fields === undefined) return undefined;
    return {
      use: feature(paginationStyles[style]),
      items,
      ...fields,
      ...ends,
      ...(pageSize === undefined ? {} : { pageSize }),
      maxPages: numberAt(this.#node, "maxPages") ?? defaultMaxPages,
    };
  }

  report(node: Node | undefined, code: string, message: string, fix: string): undefined {
    const place = { path: (node ?? this.#node).path };
    this.planning.findings.addFor(this.#name, place, { code, message: `${message}, in {operations}`, fix });
    return undefined;
  }

  #fields(style: Style, items: readonly string[] | undefined): Partial<Plan<Pagination>> | undefined {
    const hasMore = this.#pointer("hasMore", ["boolean"]);
    const more = hasMore === undefined ? {} : { hasMore };
    if (style === "link") return { rel: textAt(this.#node, "rel") ?? "next" };
    if (style === "nextUrl") {
      const next = this.#next(["string"]);
      return next && { next, ...more };
    }
    if (style === "cursor") {
      const next = this.#next(["string", "number", "integer"]);
      const param = pageTarget(
        this,
        leafAt(this.#node, "cursor", "to") ?? leafAt(this.#node, "param"),
        "cursor: { to }",
      );
      return next && param && { ...param.target, next, ...more };
    }
    const param = pageTarget(this, leafAt(this.#node, "param"), "param");
    if (param === undefined) return undefined;
    if (style === "lastId") {
      const idOf = this.#idOf(items);
      return idOf && { ...param.target, idOf, ...more };
    }
    const start = numberAt(this.#node, "start") ?? (style === "page" ? 1 : undefined);
    return { ...param.target, ...(start === undefined ? {} : { start }), ...more };
  }

  /** What ends the list beside the style's own signs. */
  #ends(style: Style): Partial<Plan<Pagination>> {
    const from = this.#pointer("total", ["integer", "number", "string"]);
    const follows = style === "link" || style === "nextUrl";
    if (from && follows)
      this.report(
        leafAt(this.#node, "total"),
        "P301",
        "a list that goes on by links ends with the last of them, whatever its `total` is",
        "take it out",
      );
    const total = from && !follows && { use: feature(style === "page" ? "totalPages" : "totalItems"), from };
    // Without it, what is read so far would be taken for the place of the page.
    const start = total && style === "offset" ? { start: numberAt(this.#node, "start") ?? 0 } : {};
    const written = leafAt(this.#node, "stopOnEmpty");
    const usual = style === "page" || style === "offset" || style === "lastId";
    if (written === undefined || written.value === usual) return { ...start, ...(total && { total }) };
    if (written.value === false && style !== "page")
      this.report(
        written,
        "P301",
        `after an empty page there is no next ${style === "offset" ? "offset" : "id"} to ask for`,
        "take it out",
      );
    else if (written.value === false && !total && at(this.#node, "hasMore") === undefined)
      this.report(
        written,
        "P301",
        "nothing ends the list when empty pages do not",
        "add `hasMore` or `total`, or take it out",
      );
    return { ...start, ...(total && { total }), stopOnEmpty: written.value === true };
  }

  #next(types: readonly string[]): Pointer | undefined {
    const leaf = leafAt(this.#node, "cursor", "from");
    if (leaf === undefined)
      return this.report(
        undefined,
        "P003",
        "this style needs `cursor: { from }`",
        "add the place of the next cursor or URL, for example `cursor: { from: $response.body#/next }`",
      );
    return this.#pointer("cursor", types, "from");
  }

  /** A pointer into the answer; it must exist there, and have one of the types. */
  #pointer(key: string, wanted: readonly string[], ...below: readonly string[]): Pointer | undefined {
    const leaf = leafAt(this.#node, key, ...below);
    const pointer = pointerAt(this.planning, this.#node, key, ...below);
    if (leaf === undefined || pointer === undefined) return undefined;
    if (pointer.from !== "body" && pointer.from !== "header")
      return this.report(
        leaf,
        "P003",
        "this must be a place in the answer",
        "write `$response.body#/…` or `$response.header.NAME`",
      );
    const lookup = inspect(this.planning.document, pointer, this.operation, isSuccess);
    if (lookup.kind === "absent") {
      const { message, fix } = absentMessage(pointer, lookup);
      this.report(leaf, "P410", message, fix);
    } else if (lookup.kind === "found") {
      const types = typesOf(lookup.schemas);
      const [type] = wanted;
      if (types.size > 0 && !wanted.some((one) => types.has(one)))
        this.report(
          leaf,
          "P410",
          `\`${leaf.value}\` is ${[...types].join(" or ")}, not ${type}`,
          `point to ${/^[ai]/.test(type ?? "") ? "an" : "a"} ${type}`,
        );
    }
    return pointer;
  }

  #items(): readonly string[] | undefined {
    const leaf = leafAt(this.#node, "items");
    const schemas = successSchemas(this.operation);
    if (leaf === undefined || leaf.value === "auto") {
      const names = arrayProperties(this.planning.document, schemas);
      if (names === undefined) return [];
      if (names.length === 1) return names;
      const found = names.length === 0 ? "no array" : `several arrays (${names.join(", ")})`;
      return this.report(
        leaf,
        "P412",
        `\`items\` cannot be found: the answer has ${found}`,
        "write `items: $response.body#/…`",
      );
    }
    const pointer = this.#pointer("items", ["array"]);
    if (pointer === undefined) return undefined;
    return pointer.from === "body"
      ? pointer.path
      : this.report(leaf, "P003", "items are in the body", "write `$response.body#/…`");
  }

  #idOf(items: readonly string[] | undefined): readonly string[] | undefined {
    const leaf = leafAt(this.#node, "idOf");
    const path = leaf && parseJsonPointer(String(leaf.value).slice(1));
    if (path === undefined) return this.report(leaf, "P003", "lastId needs `idOf`", 'add `idOf: "#/id"`');
    const { document } = this.planning;
    const page = items && lookUp(document, successSchemas(this.operation), items);
    const item: Schema[] = page?.kind === "found" ? page.schemas.flatMap((schema) => schema.items ?? []) : [];
    const lookup = item.length === 0 ? undefined : lookUp(document, item, path);
    if (lookup?.kind === "absent") {
      const { message, fix } = absentMessage({ from: "body", path }, lookup);
      this.report(leaf, "P410", `items have no ${message.slice("the schema has no ".length).split(" for ")[0]}`, fix);
    }
    return path;
  }

  #checkExtras(style: Style): void {
    const origins = leafAt(this.#node, "nextOrigins");
    const follows = style === "link" || style === "nextUrl";
    if (origins?.value === "any" && follows && this.#authenticated)
      this.report(origins, "P413", "next pages at any host would get the credentials", "write `nextOrigins: same`");
    else if (origins?.value === "any")
      this.planning.findings.warn(
        { path: origins.path },
        {
          code: "P900",
          message: "`nextOrigins: any`: next pages at other hosts are not followed yet",
          fix: "write `nextOrigins: same`, or take it out",
        },
      );
    const carry = leafAt(this.#node, "carry");
    if (carry && (carry.value === "none") !== follows)
      this.planning.findings.warn(
        { path: carry.path },
        {
          code: "P900",
          message: follows
            ? "`carry: all`: a next link is followed as it is"
            : "`carry: none`: parameters are repeated on each page of this style",
          fix: "take it out",
        },
      );
  }
}

/** The paginator with what the operation's own block puts over it. */
function combine(planning: Planning, top: Branch, node: Node): Node | undefined {
  const name = textAt(node, "use");
  if (name === undefined) return node;
  const paginators = at(top, "paginators");
  const base = at(paginators, name);
  if (base === undefined) {
    const known = paginators?.kind === "branch" ? paginators.entries.keys() : [];
    unknownName(planning, leafAt(node, "use")!, "paginator", name, known, ["paginators", name]);
    return undefined;
  }
  return overlay(base, node, "paginator");
}

export function planPagination(
  planning: Planning,
  top: Branch,
  tree: Node,
  operation: SpecOperation,
  { safe, authenticated }: { readonly safe: boolean; readonly authenticated: boolean },
): Plan<Pagination> | undefined {
  const written = at(tree, "pagination");
  if (written === undefined || isNone(written)) return undefined;
  const node = combine(planning, top, written);
  if (node === undefined) return undefined;
  const name = operation.operationId ?? operation.key;
  if (operation.method !== "get" && !safe) {
    planning.findings.addFor(
      name,
      { path: written.path, spot: { of: "key" } },
      {
        code: "P412",
        message: `only safe operations can be repeated for pages, not {operations}`,
        fix: "write `idempotency: { class: safe, because: … }` if it only reads, or take the pagination out",
      },
    );
    return undefined;
  }
  const style = textAt(node, "style");
  if (style === undefined) {
    planning.findings.add(
      { path: node.path, spot: { of: "key" } },
      {
        code: "P003",
        message: "pagination lacks `style` or `use`",
        fix: "add `style: link`, `cursor`, `lastId`, `nextUrl`, `page` or `offset`",
      },
    );
    return undefined;
  }
  return new Planner(planning, operation, node, authenticated).plan(style as Style);
}
