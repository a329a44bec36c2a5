/** Checks pointers of the policy against the schemas of the operations that they apply to (P410). */
import type { Condition, Pointer } from "@couplet/runtime/codegen/v1";
import { toExpression } from "../expression-text.ts";
import type { ApiDocument, Schema, SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import type { PolicyPath } from "../policy-model.ts";
import { pointersOf } from "./expression.ts";
import type { Findings } from "./findings.ts";
import type { Leaf } from "./layers.ts";
import { type Lookup, lookUp, responseSchemasOf } from "./schema-pointer.ts";

const anyStatus = (_status: string): boolean => true;

/** The schemas that a pointer looks into; undefined when the document says nothing there. */
function schemasFor(
  pointer: Pointer,
  operation: SpecOperation,
  wanted: (status: string) => boolean = anyStatus,
): Schema[] | undefined {
  if (pointer.from === "body") return responseSchemasOf(operation, wanted);
  if (pointer.from !== "request.body") return undefined;
  return operation.requestBody?.content.flatMap((media) => media.schema ?? []);
}

/** What the document says of a pointer into a body of an operation. */
export function inspect(
  document: ApiDocument,
  pointer: Pointer,
  operation: SpecOperation,
  wanted: (status: string) => boolean = anyStatus,
): Lookup {
  const schemas = schemasFor(pointer, operation, wanted);
  if (schemas === undefined || schemas.length === 0 || !("path" in pointer)) return { kind: "open" };
  return lookUp(document, schemas, pointer.path);
}

export function absentMessage(pointer: Pointer, lookup: Lookup & { kind: "absent" }): { message: string; fix: string } {
  const token = "path" in pointer ? (pointer.path[lookup.at] ?? "") : "";
  const near = nearest(token, lookup.known);
  const known = lookup.known.slice(0, 8).join(", ");
  return {
    message: `the schema has no \`${token}\` for \`${toExpression(pointer)}\``,
    fix: near ? `the schema has \`${near}\`` : known ? `it has: ${known}` : "there are no properties at this place",
  };
}

/**
 * Pointers that stand in shared layers: they need not exist in every operation, but one that exists in none of those
 * whose schemas are known is a mistake.
 */
export class SharedPointers {
  readonly #document: ApiDocument;
  readonly #seen = new Map<
    string,
    {
      path: PolicyPath;
      offset?: number;
      length: number;
      pointer: Pointer;
      absent?: Lookup & { kind: "absent" };
      fine: boolean;
    }
  >();

  /** Places all of whose pointers exist somewhere: nothing more can be found out about them. */
  readonly #fine = new WeakSet<Leaf>();

  constructor(document: ApiDocument) {
    this.#document = document;
  }

  note(leaf: Leaf, pointers: readonly Pointer[], operation: SpecOperation): void {
    if (this.#fine.has(leaf)) return;
    const inBody = pointers.filter(({ from }) => from === "body" || from === "request.body");
    let fine = true;
    const id = JSON.stringify(leaf.path);
    for (const pointer of inBody) {
      const expression = toExpression(pointer);
      const key = `${id} ${expression}`;
      let entry = this.#seen.get(key);
      if (entry === undefined) {
        const offset = typeof leaf.value === "string" ? leaf.value.indexOf(expression) : -1;
        entry = {
          path: leaf.path,
          length: expression.length,
          pointer,
          fine: false,
          ...(offset >= 0 ? { offset } : {}),
        };
        this.#seen.set(key, entry);
      }
      if (entry.fine) continue;
      const lookup = inspect(this.#document, pointer, operation);
      if (lookup.kind === "absent") entry.absent = lookup;
      else entry.fine = lookup.kind === "found" || schemasFor(pointer, operation)?.length !== 0;
      fine &&= entry.fine;
    }
    if (fine) this.#fine.add(leaf);
  }

  noteCondition(leaf: Leaf | undefined, condition: Condition | undefined, operation: SpecOperation): void {
    if (leaf && condition && !this.#fine.has(leaf)) this.note(leaf, pointersOf(condition), operation);
  }

  report(findings: Findings): void {
    for (const { path, offset, length, pointer, absent, fine } of this.#seen.values()) {
      if (fine || absent === undefined) continue;
      const spot = { of: "value" as const, length, ...(offset === undefined ? {} : { offset }) };
      findings.add({ path, spot }, { code: "P410", ...absentMessage(pointer, absent) });
    }
  }
}
