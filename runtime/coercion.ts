/** What descriptors say of values that the program sees as another type than the wire holds. Data only. */
import type { AnswerCoercer } from "./coerce-answer.ts";
import type { ValueReader } from "./conversions.ts";
import type { ValueNode, ValueShape, ValueShapes } from "./value-shape.ts";

export interface Conversion {
  readonly from: "epochSeconds" | "epochMilliseconds" | "iso8601" | "int64" | "decimal";
  readonly to: "Date" | "string" | "number" | "bigint";
  /** The wire holds it as a JSON string; mocks write it so. */
  readonly text?: true;
}

/** Leads to coerced values; a name is one of the connector's `shapes`. */
export type CoerceNode = ValueNode<Conversion>;
export type CoerceShape = ValueShape<Conversion>;
export type CoerceShapes = ValueShapes<Conversion>;

/** Of a connector: `coerceAnswers`, how values are read of each form on the wire (`readInt64`, …), and shapes by name. */
export interface Coercions {
  readonly use: AnswerCoercer;
  readonly read: { readonly [From in Conversion["from"]]?: ValueReader };
  readonly shapes: CoerceShapes;
}
