/** Entries of the lock that are not what a run writes, each at its line. */
import { type Diagnostic, locate, printable } from "../errors.ts";
import { jsonPositions } from "../load/json-positions.ts";

export interface LockText {
  /** As people are told it. */
  readonly file: string;
  readonly text: string;
}

type Path = readonly string[];

/** Told of one provider: after so many the rest is the same mistake. */
const most = 20;

/** Place of an entry, or of the nearest one above that is there. */
export function placeInLock({ file, text }: LockText, path: Path): Pick<Diagnostic, "file" | "line" | "column"> {
  const positions = jsonPositions(text);
  let at = positions.root;
  for (const key of path) {
    const entry = positions.entries(at.node).get(key);
    if (entry === undefined) break;
    at = entry;
  }
  return locate(file, text, at.offset, at.length);
}

function* differences(found: unknown, wanted: unknown, path: Path): Generator<{ path: Path; what: string }> {
  const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (!isMap(found) || !isMap(wanted)) {
    if (found !== wanted)
      yield { path, what: `is ${JSON.stringify(found)}, and a run gives ${JSON.stringify(wanted)}` };
    return;
  }
  for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    const inner = [...path, key];
    if (!Object.hasOwn(wanted, key)) yield { path: inner, what: "stands for nothing" };
    else if (!Object.hasOwn(found, key)) yield { path: inner, what: "is missing" };
    else yield* differences(found[key], wanted[key], inner);
  }
}

/** L002 for each entry of a provider that a run of the generator would write otherwise; at least one. */
export function foreignEntries(lock: LockText, provider: string, found: unknown, wanted: unknown): Diagnostic[] {
  const whole = ["providers", provider];
  const seal = [...whole, "sha256"];
  const entries = [...differences(found, wanted, whole)].filter(({ path }) => path.join() !== seal.join());
  if (entries.length === 0) entries.push({ path: seal, what: "does not fit to the entries below" });
  const told = entries.slice(0, most).map(
    ({ path, what }): Diagnostic => ({
      ...placeInLock(lock, path),
      code: "L002",
      severity: "error",
      message: printable(`\`${path.at(-1)}\` ${what}: the lock was edited, or merged by hand`),
      fix: "run `couplet generate`, look at what it changes, and commit",
    }),
  );
  const rest = entries.length - told.length;
  if (rest > 0) told.push({ ...told.at(-1)!, message: `${rest} more entries are not those of a run either` });
  return told;
}
