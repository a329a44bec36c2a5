/** Usage by place, to be asked by findings. Linear in places and findings: each is climbed once. */
import type { Json } from "../../model.ts";
import type { Finding, UsageKind } from "../finding.ts";
import { eachPlace, isAboutValue, ownersOf, placeOf } from "./finding-place.ts";

export interface Touch {
  readonly pointer: string;
  readonly how: UsageKind;
  readonly value?: Json;
  readonly held?: boolean;
}

interface Touched<T extends Touch> {
  readonly used: readonly T[];
  /** Where a value of the type leaves the compiler's sight, or only the value's enumeration could tell. */
  readonly possible: readonly T[];
}

export interface UsageIndex<T extends Touch> {
  touching(finding: Finding): Touched<T>;
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** What the client has names for. */
export interface Named {
  /** Key of an operation -> its pointer. */
  readonly operations: ReadonlyMap<string, string>;
  /** Pointers of the parameters that callers give, or leave out. */
  readonly parameters: ReadonlySet<string>;
}

export function createUsageIndex<T extends Touch>(
  touches: readonly T[],
  { operations, parameters }: Named,
): UsageIndex<T> {
  const exact = new Map<string, T[]>();
  const below = new Map<string, T[]>();
  const escaped = new Map<string, T[]>();
  for (const touch of touches) {
    if (touch.how === "escape") {
      put(escaped, touch.pointer, touch);
      continue;
    }
    put(exact, touch.pointer, touch);
    for (let at = touch.pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) put(below, at, touch);
  }

  function callsOf(finding: Finding): T[] {
    const { operation, occurrences } = finding;
    const keys = new Set([operation, ...occurrences.map((one) => one.operation)].flatMap((one) => one?.key ?? []));
    const wanted = keys.size > 0 ? [...keys] : [...operations.keys()];
    return wanted.flatMap((key) => exact.get(operations.get(key) ?? "") ?? []).filter((one) => one.how !== "type");
  }

  function usersOf(place: string): T[] {
    const [own, ...owners] = ownersOf(place);
    return [...(below.get(own!) ?? []), ...owners.flatMap((owner) => exact.get(owner) ?? [])];
  }

  function escapesOf(place: string): T[] {
    const found: T[] = [];
    for (let at = place; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) found.push(...(escaped.get(at) ?? []));
    return found;
  }

  function touchingAt(finding: Finding): Touched<T> {
    const place = placeOf(finding);
    // Whoever does not give a parameter does not meet a change of it.
    const parameter = place === undefined ? undefined : ownersOf(place).find((owner) => parameters.has(owner));
    if (finding.breaks === "callers" && parameter === undefined) return { used: callsOf(finding), possible: [] };
    if (place === undefined) return { used: [], possible: [] };
    const users = usersOf(place);
    const isValue = isAboutValue(finding);
    const used = users.filter((one) => (isValue ? meetsValue(finding, one) : one.held !== true));
    const others = isValue ? users.filter((one) => one.value === undefined && one.how !== "exhaustive") : [];
    return { used, possible: [...others, ...escapesOf(place)] };
  }

  return {
    touching(finding) {
      const all = eachPlace(finding).map(touchingAt);
      return { used: all.flatMap(({ used }) => used), possible: all.flatMap(({ possible }) => possible) };
    },
  };
}

/** Of a changed value only those who name it, or who name all, know. */
function meetsValue({ before, after }: Finding, { how, value }: Touch): boolean {
  if (how === "exhaustive") return true;
  if (value === undefined) return false;
  const text = JSON.stringify(value);
  const [old, now] = [before, after].map((side) => new Set([side ?? []].flat().map((one) => JSON.stringify(one))));
  return old!.has(text) !== now!.has(text);
}
