/** What descriptors say of values that the program sees as another type than the wire holds. Data only. */
import type { AnswerCoercer } from "./coerce-answer.ts";

export interface Conversion {
  readonly from: "epochSeconds" | "epochMilliseconds" | "iso8601" | "int64" | "decimal";
  readonly to: "Date" | "string" | "number" | "bigint";
  /** The wire holds it as a JSON string; mocks write it so. */
  readonly text?: true;
}

/** A schema reduced to the ways that lead to coerced values. Several that speak of one value all hold. */
export interface CoerceShape {
  /** Only for objects whose properties have one of these values: tells the members of a union apart. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  readonly convert?: Conversion;
  /** Of the same value, where `when` holds. */
  readonly same?: readonly CoerceNode[];
  /** Of an array: by index. */
  readonly properties?: Readonly<Record<string, readonly CoerceNode[]>>;
  readonly items?: readonly CoerceNode[];
  /** Of all properties but `except`. */
  readonly values?: readonly CoerceNode[];
  readonly except?: readonly string[];
}

/** A shape, or the name of some of the connector's. */
export type CoerceNode = string | CoerceShape;

export type CoerceShapes = Readonly<Record<string, readonly CoerceNode[]>>;

/** Of a connector: `coerceAnswers`, and shapes by name. */
export interface Coercions {
  readonly use: AnswerCoercer;
  readonly shapes: CoerceShapes;
}
