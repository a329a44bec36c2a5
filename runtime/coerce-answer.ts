/** Answers whose values the program sees as another type than the wire holds, without a digit lost. */
import type { CoerceNode, CoerceShapes, Conversion } from "./coercion.ts";
import { convert } from "./conversions.ts";
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
  shapes: CoerceShapes,
  isError: boolean,
) => Coerced;

export const coerceAnswers: AnswerCoercer = (text, what, nodes, shapes, isError) => {
  const wire = { root: parseJson(text, what) };
  const changed = changedNumbers(text);
  const walk = new Walk(shapes, changed, isError);
  const data = walk.member(wire, "root", nodes);
  for (const [place, digits] of changed) {
    if (!isUnsafe(digits)) continue;
    if (!isError) throw roundedInteger(place);
    const kept = keepIntegers(text);
    return { wire: kept, data: kept };
  }
  return { wire: wire.root, data };
};

/** The text of each number that is written differently once it is read: `12.50`, `1e3`, integers that were rounded. */
function changedNumbers(text: string): Map<string, string> {
  const changed = new Map<string, string>();
  for (const [digits, path] of numbersOf(text))
    if (String(Number(digits)) !== digits) changed.set(placeOf(path), digits);
  return changed;
}

// Far beyond any real answer, and far from the end of the stack.
const deepest = 1000;

class Walk {
  readonly #shapes: CoerceShapes;
  readonly #changed: Map<string, string>;
  readonly #isError: boolean;
  readonly #path: (string | number)[] = [];

  constructor(shapes: CoerceShapes, changed: Map<string, string>, isError: boolean) {
    this.#shapes = shapes;
    this.#changed = changed;
    this.#isError = isError;
  }

  /** What the program sees of a member. The container is the wire's own. */
  member(container: object, key: string | number, nodes: readonly CoerceNode[]): unknown {
    const wire = container as Record<string | number, unknown>;
    const value = wire[key];
    if (value === null) return null;
    const shapes = shapesFor(value, nodes, this.#shapes);
    const conversion = shapes.find((shape) => shape.is !== undefined)?.is;
    if (conversion !== undefined) return this.#convert(conversion, wire, key);
    if (typeof value !== "object" || value === undefined) return value;
    if (this.#path.length > deepest) throw new Undecodable(`it is nested more than ${deepest} levels deep`);
    let copy: object | undefined;
    for (const [name, below] of membersOf(value, shapes)) {
      const before = (value as Readonly<Record<string | number, unknown>>)[name];
      this.#path.push(name);
      const member = this.member(value, name, below);
      this.#path.pop();
      if (member === before) continue;
      copy ??= Array.isArray(value) ? value.slice() : { ...value };
      // Defined, not set: a member called `__proto__` is a member.
      Object.defineProperty(copy, name, { value: member, enumerable: true, configurable: true, writable: true });
    }
    return copy ?? value;
  }

  #convert(conversion: Conversion, wire: Record<string | number, unknown>, key: string | number): unknown {
    const value = wire[key];
    const place = jsonPointer(this.#path);
    const digits = typeof value === "number" ? this.#digits(place, value) : undefined;
    try {
      const converted = convert(conversion, value, digits);
      if (digits !== undefined && isUnsafe(digits)) wire[key] = digits;
      return converted;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (!this.#isError) {
        const { from, to } = conversion;
        throw new Undecodable(
          `the value at ${printable(place || "the root")}, which the policy coerces from ${from} to ${to}, ${error.message}`,
        );
      }
      if (digits !== undefined && isUnsafe(digits)) wire[key] = digits;
      return wire[key];
    }
  }

  /** The text of this number, when reading changed it. A key that stands twice has that of the last. */
  #digits(place: string, value: number): string | undefined {
    const digits = this.#changed.get(place);
    if (digits === undefined || Number(digits) !== value) return undefined;
    this.#changed.delete(place);
    return digits;
  }
}
