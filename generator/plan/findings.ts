/** Collects findings of planning, each once, with the operations concerned gathered into one sentence. */
import { type Diagnostic, type Location, printable } from "../errors.ts";
import type { PolicyPath, PolicySource, PolicySpot } from "../policy-model.ts";

/** Where a finding points: into the policy, or straight at a place. */
export type Place = { readonly path: PolicyPath; readonly spot?: PolicySpot } | Location;

export interface Finding {
  readonly code: string;
  readonly severity?: Diagnostic["severity"];
  readonly message: string;
  /** As a function where it takes work to find. */
  readonly fix: string | (() => string);
}

/** No policy gets more findings of one code than a person mends before running again. */
const maxPerCode = 100;

/** `a`, `b` and 3 more. */
export function toNameList(names: readonly string[]): string {
  const shown = names.slice(0, names.length > 3 ? 2 : 3).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown.join("");
}

export class Findings {
  readonly #source: PolicySource | undefined;
  readonly #found = new Map<string, Diagnostic>();
  readonly #counts = new Map<string, number>();
  readonly #gathered = new Map<string, { place: Place; finding: Finding; operations: Set<string> }>();

  constructor(source: PolicySource | undefined) {
    this.#source = source;
  }

  add(place: Place, finding: Finding): void {
    const { code, message, fix, severity = "error" } = finding;
    const count = (this.#counts.get(code) ?? 0) + 1;
    if (count > maxPerCode + 1) return;
    const location = this.#locate(place);
    const mask = (text: string): string => printable(this.#source?.mask(text) ?? text);
    const key = JSON.stringify([code, location.file, location.line, location.column, message]);
    if (this.#found.has(key)) return;
    this.#counts.set(code, count);
    const told =
      count > maxPerCode
        ? { message: `more than ${maxPerCode} findings of this kind`, fix: "mend those above, and look again" }
        : { message: mask(message), fix: mask(typeof fix === "string" ? fix : fix()) };
    this.#found.set(key, { ...location, code, severity, ...told });
  }

  warn(place: Place, finding: Finding): void {
    this.add(place, { ...finding, severity: "warning" });
  }

  /** Like `add`; findings that differ only by their operation become one. `{operations}` in the message is their list. */
  addFor(operation: string, place: Place, finding: Finding): void {
    const where = "path" in place ? place.path : [place.file, place.line, place.column];
    const key = JSON.stringify([finding.code, where, finding.message]);
    const entry = this.#gathered.get(key);
    if (entry) entry.operations.add(operation);
    else this.#gathered.set(key, { place, finding, operations: new Set([operation]) });
  }

  /** A contradiction between two places of the policy: reported at the second, with the first in its message. */
  addClash(first: PolicyPath, second: PolicyPath | Place, finding: Finding): void {
    const { file, line, column } = this.#locate({ path: first });
    this.add("file" in second || "path" in second ? second : { path: second }, {
      ...finding,
      message: `${finding.message} (the other is at ${file}:${line}:${column})`,
    });
  }

  /** All findings, sorted by place. */
  list(): readonly Diagnostic[] {
    for (const { place, finding, operations } of this.#gathered.values())
      this.add(place, {
        ...finding,
        message: finding.message.replace("{operations}", () => toNameList([...operations])),
      });
    this.#gathered.clear();
    return [...this.#found.values()].sort(
      (a, b) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
        a.line - b.line ||
        a.column - b.column ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
  }

  #locate(place: Place): Location {
    if (!("path" in place)) return place;
    if (this.#source === undefined) throw new Error("a finding points into a policy that is not there");
    return this.#source.locate(place.path, place.spot);
  }
}
