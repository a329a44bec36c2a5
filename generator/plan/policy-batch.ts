/** Batches: which operation takes many items, where they go, and where its answer tells of each. */
import type { IdempotencyPolicy, Pointer } from "@couplet/runtime/codegen/v1";
import type { BatchPlan } from "../linked-plan.ts";
import { feature, type SpecOperation } from "../model.ts";
import { defaultBatch } from "../policy-defaults.ts";
import { parseSize } from "../policy-model.ts";
import { at, type Branch, entriesAt, isNone, type Leaf, leafAt, type Node, numberAt, textAt } from "./layers.ts";
import { codecOf, preferredMediaType } from "./media-types.ts";
import { durationAt, pointerAt } from "./planning.ts";
import { absentMessage, inspect } from "./pointer-checks.ts";
import { type Neighbours, neighbour } from "./policy-polling.ts";
import { expand, successSchemas, typesOf } from "./schema-pointer.ts";

const isSuccess = (status: string): boolean => status.startsWith("2") || status === "default";

/** The batch of one operation; everything that does not fit is reported. */
class Planner {
  readonly #neighbours: Neighbours;
  readonly #batch: Branch;
  readonly #one: SpecOperation;
  readonly #many: SpecOperation;

  constructor(neighbours: Neighbours, batch: Branch, one: SpecOperation, many: SpecOperation) {
    this.#neighbours = neighbours;
    this.#batch = batch;
    this.#one = one;
    this.#many = many;
  }

  plan(idempotency: IdempotencyPolicy): BatchPlan | undefined {
    const items = this.#list("items", "request.body", "$request.body#/items");
    const results = this.#list("perItemResults", "body", "$response.body#/results");
    const errors = this.#list("perItemErrors", "body", "$response.body#/errors");
    this.#checkCalls();
    if (items !== undefined) this.#checkRest(items);
    if (at(this.#batch, "perItemResults") === undefined) this.#checkWhole();
    if (items === undefined) return undefined;
    const size = textAt(this.#batch, "maxBytes");
    const constants = entriesAt(this.#batch, "constants").flatMap(([name, node]) => {
      const value = textAt(node);
      return value === undefined ? [] : [[name, value] as const];
    });
    const { class: kind, key } = idempotency;
    // A key that only the caller gives may be missing from an item.
    const hasKeys = kind === "keyed" && key?.in === "body" && key.generate !== "none";
    const isHarmless = kind === "safe" || kind === "idempotent" || hasKeys;
    return {
      use: feature("batchedCalls"),
      operation: this.#many.key,
      items,
      ...(constants.length === 0 ? {} : { constants: Object.fromEntries(constants) }),
      maxItems: numberAt(this.#batch, "maxItems") ?? defaultBatch.maxItems,
      maxBytes: (size === undefined ? undefined : parseSize(size)) ?? defaultBatch.maxBytes,
      window: durationAt(this.#batch, "window") ?? defaultBatch.window,
      ...(results === undefined ? {} : { results }),
      ...(errors === undefined ? {} : { errors }),
      ...((results ?? errors) !== undefined && { settle: feature("itemResults") }),
      ...(isHarmless ? { repeatable: true } : {}),
    };
  }

  #report(node: Node, code: string, message: string, fix: string): undefined {
    const spot = node === this.#batch ? { spot: { of: "key" as const } } : {};
    this.#neighbours.planning.findings.add({ path: node.path, ...spot }, { code, message, fix });
    return undefined;
  }

  /** A place of the batch operation that holds a list. */
  #list(key: string, from: "body" | "request.body", example: string): readonly string[] | undefined {
    const { planning } = this.#neighbours;
    const leaf = leafAt(this.#batch, key);
    const pointer: Pointer | undefined = pointerAt(planning, leaf);
    if (leaf === undefined || pointer === undefined) return undefined;
    if (pointer.from !== from)
      return this.#report(
        leaf,
        "P003",
        `\`${key}\` is a place in the body of the batch`,
        `write for example \`${example}\``,
      );
    const lookup = inspect(planning.document, pointer, this.#many, isSuccess);
    if (lookup.kind === "absent") {
      const { message, fix } = absentMessage(pointer, lookup);
      return this.#report(leaf, "P410", message, fix);
    }
    const types = lookup.kind === "found" ? typesOf(lookup.schemas) : new Set<string>();
    if (types.size > 0 && !types.has("array"))
      return this.#report(
        leaf,
        "P410",
        `\`${leaf.value}\` is ${[...types].join(" or ")}, not array`,
        "point to an array",
      );
    return pointer.path;
  }

  /** What a joined call cannot be, or cannot carry. */
  #checkCalls(): void {
    const { planned } = this.#neighbours;
    const named = leafAt(this.#batch, "operation") as Leaf;
    if (this.#many.key === this.#one.key)
      this.#report(named, "P301", "an operation cannot take its own calls", "name the operation that takes many");
    const policy = planned.get(this.#one.key);
    if (policy?.pagination || policy?.polling)
      this.#report(
        this.#batch,
        "P301",
        `a call that is joined has no ${policy.pagination ? "pages" : "end that comes later"}`,
        `take \`batch\` or \`${policy.pagination ? "pagination" : "polling"}\` out`,
      );
    for (const [operation, place] of [
      [this.#one, this.#batch],
      [this.#many, named],
    ] as const) {
      const media = preferredMediaType(operation.requestBody?.content ?? []);
      const called = `\`${operation.operationId ?? operation.key}\``;
      if (media === undefined || codecOf(media.contentType) !== "json")
        this.#report(place, "P003", `${called} takes no JSON, so its calls cannot be joined`, "take `batch` out");
      const needed = this.#openParameters(operation);
      if (needed.length > 0)
        this.#report(
          place,
          "P411",
          `${called} needs ${needed.map((name) => `\`${name}\``).join(", ")}, which a joined call does not have`,
          "take `batch` out",
        );
    }
  }

  /** Required parameters that the caller gives. */
  #openParameters({ key, parameters }: SpecOperation): string[] {
    const supplied = new Set(this.#neighbours.planned.get(key)?.supplied);
    return parameters
      .filter(
        (one) => one.required && !supplied.has(`${one.in}:${one.in === "header" ? one.name.toLowerCase() : one.name}`),
      )
      .map(({ name }) => name);
  }

  /** Members of the batch's body that nobody would fill. */
  #checkRest([first]: readonly string[]): void {
    const { document } = this.#neighbours.planning;
    const media = preferredMediaType(this.#many.requestBody?.content ?? []);
    const schemas = media?.schema === undefined ? [] : expand(document, media.schema);
    const supplied = this.#neighbours.planned.get(this.#many.key)?.supplied ?? [];
    const needed = new Set(schemas.filter((one) => one.properties).flatMap((one) => one.required ?? []));
    if (first !== undefined) needed.delete(first);
    for (const name of needed) if (supplied.includes(`body:${name}`)) needed.delete(name);
    if (needed.size > 0)
      this.#report(
        leafAt(this.#batch, "items") ?? this.#batch,
        "P411",
        `the body of the batch needs ${[...needed].map((name) => `\`${name}\``).join(", ")} beside the items`,
        "take `batch` out, or repair the document if it can be left out",
      );
  }

  /** Each caller gets the whole answer, so it must be what the callers are promised. */
  #checkWhole(): void {
    const [own, whole] = [this.#one, this.#many].map((operation) => JSON.stringify(successSchemas(operation)));
    if (own === "[]" || own === whole) return;
    this.#report(
      this.#batch,
      "P410",
      `the answer of \`${this.#many.operationId ?? this.#many.key}\` is of another type than each caller's own`,
      "add `perItemResults: $response.body#/…`",
    );
  }
}

/** Undefined without a batch, and for one that cannot work, which is reported. */
export function planBatch(
  neighbours: Neighbours,
  operation: SpecOperation,
  tree: Branch,
  idempotency: IdempotencyPolicy,
): BatchPlan | undefined {
  const batch = at(tree, "batch");
  if (batch?.kind !== "branch" || isNone(batch)) return undefined;
  const named = leafAt(batch, "operation");
  const many = named && neighbour(neighbours, named);
  return many && new Planner(neighbours, batch, operation, many).plan(idempotency);
}
