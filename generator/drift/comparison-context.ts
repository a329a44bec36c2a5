import type { ApiDocument, SpecOperation } from "../model.ts";
import type { DiffOptions } from "./diff-options.ts";
import type { Edit, Fact } from "./edit.ts";
import type { OperationReference } from "./finding.ts";
import { SchemaComparison } from "./schema-comparison.ts";

/** An edit that is not of a schema, and where. */
export interface PlacedEdit extends Edit {
  readonly operation?: OperationReference;
  readonly status?: string;
  /** For messages, before the operation: `query parameter "limit"`. */
  readonly subject: string;
}

export type TellPlaced = Omit<PlacedEdit, "facts" | "at" | "operation"> & {
  readonly facts?: readonly Fact[];
  readonly at?: string;
};

/** Two operations that are the same one. */
export interface OperationPair {
  readonly base: SpecOperation;
  readonly revision: SpecOperation;
  readonly reference: OperationReference;
}

/** The two documents, and all that is found out about them. */
export class ComparisonContext {
  readonly base: ApiDocument;
  readonly revision: ApiDocument;
  readonly options: DiffOptions;
  readonly schemas: SchemaComparison;
  readonly edits: PlacedEdit[] = [];

  constructor(base: ApiDocument, revision: ApiDocument, options: DiffOptions) {
    this.base = base;
    this.revision = revision;
    this.options = options;
    this.schemas = new SchemaComparison(base, revision);
  }

  tell(edit: TellPlaced, operation?: OperationReference): void {
    const { facts = [], at = "", ...rest } = edit;
    this.edits.push({ ...rest, facts, at, ...(operation === undefined ? {} : { operation }) });
  }

  reference(operation: SpecOperation, side: "base" | "revision"): OperationReference {
    const { key, path } = operation;
    const names = this.options.names?.[side] ?? {};
    const clientMethod = Object.hasOwn(names, key) ? names[key] : undefined;
    const method = operation.method.toUpperCase();
    return { key, method, path, ...(clientMethod === undefined ? {} : { clientMethod }) };
  }
}
