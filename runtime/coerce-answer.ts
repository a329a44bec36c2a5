/** Answers whose values the program sees as another type than the wire holds, without a digit lost. */
import type { CoerceNode, Coercions, Conversion } from "./coercion.ts";
import { isUnsafe, jsonPointer, numbersOf, placeOf } from "./json-numbers.ts";
import { printable } from "./printable.ts";
import { keepIntegers, parseJson, roundedInteger, Undecodable } from "./response.ts";
import { membersOf, shapesFor } from "./value-shape.ts";

/** The decoded text for pointers of the policy, which speak of the wire, and for the program. */
export interface Coerced {
  /** As decoded, but for integers beyond the safe range that are coerced: those are their digits. */
  readonly wire: unknown;
  readonly data: unknown;
}

/** Decodes JSON text. Throws Undecodable; `what` names the text, and `isError` lets a value stay that does not convert. */
export type AnswerCoercer = (
  text: string,
  what: string,
  nodes: readonly CoerceNode[],
  coercions: Coercions,
  isError: boolean,
) => Coerced;

// Far beyond any real answer, and far from the end of the stack.
const deepest = 1000;

export const coerceAnswers: AnswerCoercer = (text, what, nodes, coercions, isError) => {
  const wire: Container = { root: parseJson(text, what) };
  const changed = changedNumbers(text);
  const path: (string | number)[] = [];

  /** The text of this number, when reading changed it. A key that stands twice has that of the last. */
  const digitsOf = (value: number): string | undefined => {
    const place = jsonPointer(path);
    const digits = changed.get(place);
    if (digits === undefined || Number(digits) !== value) return undefined;
    changed.delete(place);
    return digits;
  };
  const converted = (conversion: Conversion, container: Container, key: string | number): unknown => {
    const value = container[key];
    const digits = typeof value === "number" ? digitsOf(value) : undefined;
    if (digits !== undefined && isUnsafe(digits)) container[key] = digits;
    const { from, to } = conversion;
    const text = typeof value === "number" ? (digits ?? String(value)) : value;
    try {
      const read = typeof text === "string" ? coercions.read[from]?.(text, conversion, value) : undefined;
      if (read === undefined) throw new RangeError(`is no ${from}`);
      return read;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (isError) return container[key];
      const place = printable(jsonPointer(path) || "the root");
      throw new Undecodable(`the value at ${place}, which the policy coerces from ${from} to ${to}, ${error.message}`);
    }
  };
  /** What the program sees of a member. The container is the wire's own. */
  const member = (container: Container, key: string | number, below: readonly CoerceNode[]): unknown => {
    const value = container[key];
    if (value === null) return null;
    const shapes = shapesFor(value, below, coercions.shapes);
    const conversion = shapes.find((shape) => shape.is !== undefined)?.is;
    if (conversion !== undefined) return converted(conversion, container, key);
    if (typeof value !== "object") return value;
    if (path.length > deepest) throw new Undecodable(`it is nested more than ${deepest} levels deep`);
    let copy: object | undefined;
    for (const [name, nodesBelow] of membersOf(value, shapes)) {
      const before = (value as Container)[name];
      path.push(name);
      const seen = member(value as Container, name, nodesBelow);
      path.pop();
      if (seen === before) continue;
      copy ??= Array.isArray(value) ? value.slice() : { ...value };
      // Defined, not set: a member called `__proto__` is a member.
      Object.defineProperty(copy, name, { value: seen, enumerable: true, configurable: true, writable: true });
    }
    return copy ?? value;
  };

  const data = member(wire, "root", nodes);
  for (const [place, digits] of changed) {
    if (!isUnsafe(digits)) continue;
    if (!isError) throw roundedInteger(place);
    const kept = keepIntegers(text);
    return { wire: kept, data: kept };
  }
  return { wire: wire["root"], data };
};

type Container = Record<string | number, unknown>;

/** The text of each number that is written differently once it is read: `12.50`, `1e3`, integers that were rounded. */
function changedNumbers(text: string): Map<string, string> {
  const changed = new Map<string, string>();
  for (const [digits, path] of numbersOf(text))
    if (String(Number(digits)) !== digits) changed.set(placeOf(path), digits);
  return changed;
}
