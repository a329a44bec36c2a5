import type { Importable } from "./printer.ts";

const runtime = "@couplet/runtime/codegen/v1";

/** A value of the runtime's contract with generated code. */
export function runtimeValue(name: string): Importable {
  return { name, from: runtime, type: false };
}

/** A type of the runtime's contract with generated code. */
export function runtimeType(name: string): Importable {
  return { name, from: runtime, type: true };
}
