/** Fields and values of an answer that the document does not declare: additive changes of a provider, noticed. */
import type { Issue } from "./errors.ts";
import { membersOf, shapesFor, type ValueNode, type ValueShapes } from "./value-shape.ts";

/** What the document declares of a value. */
export interface Declared {
  /** Texts of an enumeration. */
  readonly values?: readonly string[];
  /** Any text is one of them. */
  readonly text?: true;
  /** An object may have any field. */
  readonly open?: true;
}

export type DeclaredNode = ValueNode<Declared>;
export type DeclaredShapes = ValueShapes<Declared>;

/** Of the validators of an operation: what its answers declare, by status or under `items`, and the code that looks. */
export interface DeclaredParts {
  readonly use: UnknownParts;
  readonly shapes: DeclaredShapes;
  readonly responses: Readonly<Record<string, readonly DeclaredNode[]>>;
}

export interface Unknown {
  readonly fields: readonly Issue[];
  readonly values: readonly Issue[];
}

export type UnknownParts = (value: unknown, nodes: readonly DeclaredNode[], shapes: DeclaredShapes) => Unknown;

// Whoever fixes these looks again; a hostile answer must not make a million of them.
const most = 100;
const deepest = 1000;

/** Finds what none of the shapes that speak of a value declares. */
export const unknownParts: UnknownParts = (root, start, named) => {
  const fields: Issue[] = [];
  const values: Issue[] = [];
  const path: (string | number)[] = [];
  const visit = (value: unknown, nodes: readonly DeclaredNode[]): void => {
    const shapes = shapesFor(value, nodes, named);
    if (typeof value === "string") {
      const lists = shapes.flatMap(({ is }) => (is?.values === undefined ? [] : [is.values]));
      const isKnown = shapes.some(({ is }) => is?.text) || lists.some((list) => list.includes(value));
      if (lists.length > 0 && !isKnown && values.length < most)
        values.push({ path: [...path], message: "has a value that the document does not declare" });
    }
    if (typeof value !== "object" || value === null || path.length > deepest) return;
    const tables = shapes.map(({ properties }) => properties).filter((table) => table !== undefined);
    const isOpen = shapes.some(({ is, values: rest }) => is?.open || rest !== undefined);
    if (!Array.isArray(value) && tables.length > 0 && !isOpen)
      for (const key of Object.keys(value)) {
        if (fields.length >= most) break;
        if (!tables.some((table) => Object.hasOwn(table, key)))
          fields.push({ path: [...path, key], message: "is a field that the document does not declare" });
      }
    for (const [key, below] of membersOf<Declared>(value, shapes)) {
      path.push(key);
      visit((value as Readonly<Record<string | number, unknown>>)[key], below);
      path.pop();
    }
  };
  visit(root, start);
  return { fields, values };
};
