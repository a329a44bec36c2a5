/** Structure-aware mutation: the tree first, then sometimes the bytes. */
import { dump } from "js-yaml";
import { isMap, type JsonMap, type JsonValue, setOwn } from "../../../generator/load/json-tree.ts";
import { attacks, canary, hostileKeys } from "../canary.ts";
import { awkward, keywords } from "./fragments.ts";
import type { Random } from "./random.ts";
import type { Slice } from "./slices.ts";

export interface Mutant {
  /** Extension included. */
  readonly name: string;
  readonly text: string | Uint8Array;
}

/** A place in a tree that can be changed. */
interface Spot {
  readonly parent: JsonMap | JsonValue[];
  readonly key: string;
}

function spotsOf(root: JsonValue): Spot[] {
  const spots: Spot[] = [];
  const stack: JsonValue[] = [root];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const key of Object.keys(value)) {
      spots.push({ parent: value, key });
      stack.push((value as JsonMap)[key] as JsonValue);
    }
  }
  return spots;
}

function read(spot: Spot): JsonValue {
  return (spot.parent as JsonMap)[spot.key] as JsonValue;
}

function write(spot: Spot, value: JsonValue): void {
  setOwn(spot.parent as JsonMap, spot.key, value);
}

/** Renames a key and keeps the order of the others, which may matter. */
function rename(spot: Spot, name: string): void {
  if (Array.isArray(spot.parent)) return;
  const entries = Object.keys(spot.parent).map((key): [string, JsonValue] => [
    key === spot.key ? name : key,
    (spot.parent as JsonMap)[key] as JsonValue,
  ]);
  for (const key of Object.keys(spot.parent)) delete spot.parent[key];
  for (const [key, value] of entries) setOwn(spot.parent, key, value);
}

function attack(random: Random): string {
  const text = random.pick(attacks);
  return random.chance(0.2) ? text + random.pick(attacks) : text;
}

function fresh(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

type Change = (spots: readonly Spot[], random: Random) => void;

const changes: readonly (readonly [weight: number, change: Change])[] = [
  [6, (spots, random) => write(random.pick(spots), attack(random))],
  [
    6,
    (spots, random) => {
      const texts = spots.filter((spot) => typeof read(spot) === "string");
      if (texts.length === 0) return;
      const spot = random.pick(texts);
      const text = read(spot) as string;
      const at = random.below(text.length + 1);
      write(spot, text.slice(0, at) + attack(random) + text.slice(at));
    },
  ],
  [5, (spots, random) => rename(random.pick(spots), random.chance(0.6) ? attack(random) : random.pick(hostileKeys))],
  [
    3,
    (spots, random) => {
      const { parent, key } = random.pick(spots);
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    },
  ],
  [
    3,
    (spots, random) => {
      const { parent, key } = random.pick(spots);
      const value = fresh((parent as JsonMap)[key] as JsonValue);
      if (Array.isArray(parent)) parent.push(value);
      else setOwn(parent, random.pick([`${key}2`, key.toUpperCase(), random.pick(hostileKeys)]), value);
    },
  ],
  [
    3,
    (spots, random) => {
      const [a, b] = [random.pick(spots), random.pick(spots)];
      const [one, other] = [fresh(read(a)), fresh(read(b))];
      write(a, other);
      write(b, one);
    },
  ],
  [4, (spots, random) => write(random.pick(spots), fresh(random.pick(awkward)))],
  [
    6,
    (spots, random) => {
      const maps = spots.map(read).filter(isMap);
      if (maps.length === 0) return;
      const [key, values] = random.pick(keywords);
      setOwn(random.pick(maps), key, fresh(random.pick(values)));
    },
  ],
];
const weighted = changes.flatMap(([weight, change]) => Array<Change>(weight).fill(change));

/** Bytes that were cut off, doubled, flipped or put in. */
function damage(text: string, random: Random): string | Uint8Array {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(80));
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, end) + text.slice(at);
    case 3:
      return (
        text.slice(0, at) +
        random.pick([
          "\u0000",
          "\t",
          "\ufeff",
          "\u0085",
          "\u2028",
          "&a ",
          "*a",
          "<<: ",
          "!!js/function ",
          "---\n",
          canary,
        ]) +
        text.slice(at)
      );
    case 4: {
      const bytes = Buffer.from(text);
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
    default:
      return random.pick(["\ufeff", "\n", "# ", " "]) + text;
  }
}

/** One mutated document, decided by the random numbers alone. */
export function mutate(slice: Slice, random: Random): Mutant {
  const root = JSON.parse(slice.text) as JsonMap;
  for (let n = 1 + random.below(6); n > 0; n--) {
    const spots = spotsOf(root);
    if (spots.length > 0) random.pick(weighted)(spots, random);
  }
  const yaml = random.chance(0.15);
  const text = yaml ? dump(root) : JSON.stringify(root, null, random.pick([0, 1, 2]));
  return { name: yaml ? "openapi.yaml" : "openapi.json", text: random.chance(0.08) ? damage(text, random) : text };
}
