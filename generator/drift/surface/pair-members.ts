/** Which member of a union became which. */
import { ts } from "ts-morph";

export interface PairedMembers {
  readonly pairs: readonly (readonly [old: ts.Type, now: ts.Type])[];
  readonly gone: readonly ts.Type[];
  readonly come: readonly ts.Type[];
}

export function splitUnion(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

/** Each is tried with each. */
const mostTried = 64;

/** The same type; else the same name; else one that fits both ways; else, where as many are left on each side, in their order. */
export function pairMembers(old: readonly ts.Type[], now: readonly ts.Type[], checker: ts.TypeChecker): PairedMembers {
  const same = new Set(now);
  const gone = new Set(old.filter((type) => !same.has(type)));
  const before = new Set(old);
  const come = new Set(now.filter((type) => !before.has(type)));
  const pairs: [ts.Type, ts.Type][] = [];
  const byName = new Map(
    [...come].flatMap((type) => (nameOf(type) === undefined ? [] : [[nameOf(type), type] as const])),
  );
  for (const type of [...gone]) {
    const found = nameOf(type) === undefined ? undefined : byName.get(nameOf(type));
    if (found === undefined || !come.has(found)) continue;
    pairs.push([type, found]);
    gone.delete(type);
    come.delete(found);
  }
  const [left, right] = [[...gone].filter(isObject), [...come].filter(isObject)];
  const pair = (type: ts.Type, found: ts.Type): void => {
    pairs.push([type, found]);
    gone.delete(type);
    come.delete(found);
  };
  if (left.length <= mostTried && right.length <= mostTried)
    for (const type of left) {
      const found = right.find(
        (one) => come.has(one) && checker.isTypeAssignableTo(type, one) && checker.isTypeAssignableTo(one, type),
      );
      if (found !== undefined) pair(type, found);
    }
  const [rest, others] = [left.filter((type) => gone.has(type)), right.filter((type) => come.has(type))];
  if (rest.length === others.length) for (const [index, type] of rest.entries()) pair(type, others[index]!);
  return { pairs, gone: [...gone], come: [...come] };
}

const isObject = (type: ts.Type): boolean => (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;

/** `Success<200, Order>` is known by its status too: literal arguments are part of the name. */
function nameOf(type: ts.Type): string | undefined {
  const symbol = type.aliasSymbol ?? type.symbol;
  if (symbol === undefined || symbol.name === "__type" || symbol.name === "__object") return undefined;
  const given = type.aliasTypeArguments ?? (type as ts.TypeReference).typeArguments ?? [];
  const literals = given.flatMap((one) => (one.isLiteral() ? [String(one.value)] : []));
  return [symbol.name, ...literals].join(" ");
}
