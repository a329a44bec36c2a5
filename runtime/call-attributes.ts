/** What the policy's `attributes` tell of a call. */
import type { OperationDescriptor, Pointer } from "./descriptor.ts";
import { type Exchange, readPointer } from "./pointer.ts";
import { printable } from "./printable.ts";
import { HIDDEN, hiddenNames, isTelling, type Redactor } from "./redact.ts";
import type { CallEnd } from "./telemetry.ts";

/** A feature that generated code names: `callAttributes`. */
export type AttributesReader = (
  operation: OperationDescriptor,
  exchange: Exchange,
  redactor: Redactor,
) => CallEnd["attributes"];

export const callAttributes: AttributesReader = ({ policy, connector }, exchange, redactor) => {
  const isHidden = (pointer: Pointer): boolean =>
    "name" in pointer && pointer.from.endsWith("header")
      ? hiddenNames(connector, "headers")(pointer.name)
      : "path" in pointer && isTelling(pointer.path.at(-1) ?? "");
  const values: Record<string, string | number | boolean> = {};
  for (const [name, pointer] of Object.entries(policy.attributes ?? {})) {
    const value = readPointer(pointer, exchange);
    // Names tell more than a value does.
    if (typeof value === "string") values[name] = printable(isHidden(pointer) ? HIDDEN : redactor.text(value));
    else if (typeof value === "number" || typeof value === "boolean") values[name] = value;
  }
  return values;
};
