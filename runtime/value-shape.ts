/** Schemas as data for walks over decoded values: what is said of a value, and which ways lead on from it. */

/** A schema reduced to what a walk needs. Several that speak of one value all hold. */
export interface ValueShape<Said> {
  /** Only for objects whose properties have one of these values: tells the members of a union apart. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /** Of the value itself. */
  readonly is?: Said;
  /** Of the same value, where `when` holds. */
  readonly same?: readonly ValueNode<Said>[];
  /** Of an array: by index. */
  readonly properties?: Readonly<Record<string, readonly ValueNode<Said>[]>>;
  readonly items?: readonly ValueNode<Said>[];
  /** Of all properties but `except`. */
  readonly values?: readonly ValueNode<Said>[];
  readonly except?: readonly string[];
}

/** A shape, or the name of some of a table's. */
export type ValueNode<Said> = string | ValueShape<Said>;

export type ValueShapes<Said> = Readonly<Record<string, readonly ValueNode<Said>[]>>;

/** All shapes that speak of this value: names are looked up, members of unions chosen. */
export function shapesFor<Said>(
  value: unknown,
  nodes: readonly ValueNode<Said>[],
  named: ValueShapes<Said>,
): ValueShape<Said>[] {
  const found: ValueShape<Said>[] = [];
  const names = new Set<string>();
  const add = (list: readonly ValueNode<Said>[]): void => {
    for (const node of list) {
      if (typeof node !== "string") {
        if (!isMeant(node, value)) continue;
        found.push(node);
        if (node.same !== undefined) add(node.same);
      } else if (!names.has(node)) {
        names.add(node);
        if (Object.hasOwn(named, node)) add(named[node]!);
      }
    }
  };
  add(nodes);
  return found;
}

function isMeant({ when }: ValueShape<unknown>, value: unknown): boolean {
  if (when === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(when).every(([name, values]) => {
    const tag = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof tag === "string" && values.includes(tag);
  });
}

/** The nodes of each member of an object or array; members without any are left out. */
export function* membersOf<Said>(
  value: object,
  shapes: readonly ValueShape<Said>[],
): Generator<readonly [key: string | number, nodes: readonly ValueNode<Said>[]]> {
  if (Array.isArray(value)) {
    const items = shapes.flatMap((shape) => shape.items ?? []);
    const tuple = shapes.some(({ properties }) => properties !== undefined);
    if (items.length === 0 && !tuple) return;
    for (let index = 0; index < value.length; index++) {
      const nodes = tuple ? shapes.flatMap((shape) => own(shape, String(index)) ?? shape.items ?? []) : items;
      if (nodes.length > 0) yield [index, nodes];
    }
    return;
  }
  const open = shapes.some(({ values }) => values !== undefined);
  const keys = open ? Object.keys(value) : new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)));
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const nodes = shapes.flatMap(
      (shape) => own(shape, key) ?? (shape.except?.includes(key) ? [] : (shape.values ?? [])),
    );
    if (nodes.length > 0) yield [key, nodes];
  }
}

function own<Said>({ properties }: ValueShape<Said>, key: string): readonly ValueNode<Said>[] | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
