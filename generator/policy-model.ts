/**
 * The policy between `load` and `plan`: plain data as a person wrote it, checked for shape, and the way back from
 * each value to its place in the file. Durations, sizes and expressions are still text here.
 */
import type { Diagnostic, Location } from "./errors.ts";

/** Keys and list indexes from the root of the file. */
export type PolicyPath = readonly (string | number)[];

export type PolicyValue = null | boolean | number | string | readonly PolicyValue[] | PolicyMap;
/** Without a prototype: any key is an own key. */
export interface PolicyMap {
  readonly [key: string]: PolicyValue;
}

/** Which part of an entry is meant: its key, its value, or a stretch inside the text of its value. */
export interface PolicySpot {
  readonly of?: "key" | "value";
  /** UTF-16 units from the start of the text; only honoured where the file holds the text verbatim. */
  readonly offset?: number;
  readonly length?: number;
}

export interface PolicySource {
  /** Path as people are told it. */
  readonly file: string;
  /** sha256 (hex) of the raw bytes; with bases, of the hashes of all files. */
  readonly sha256: string;
  /** Absolute paths of all files that were read, this one first. */
  readonly files: readonly string[];
  /** Policies that `extends` names, by index in that list; their values have paths that begin with `extends`, index. */
  readonly bases: ReadonlyMap<number, PolicySource>;
  readonly provider?: string;
  /** What is left of the file after every part with a structural error was taken out. */
  readonly data: PolicyMap;
  /** Structural findings, of the bases too: syntax, unknown keys, wrong types, literal secrets. */
  readonly diagnostics: readonly Diagnostic[];
  /** True when the file has something at this path, even if it was taken out of `data`. */
  has(path: PolicyPath): boolean;
  /** Place of a path, or of its nearest ancestor in the file; secrets in the excerpt are masked. */
  locate(path: PolicyPath, spot?: PolicySpot): Location;
  /** Replaces every literal secret of the file in a message. */
  mask(text: string): string;
}

/** True for a path into a file that `extends` names. */
export function isInBase(path: PolicyPath): boolean {
  return path.length > 2 && path[0] === "extends" && typeof path[1] === "number";
}

export function isPolicyMap(value: unknown): value is PolicyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `30s`, `1.5h`; undefined for anything that is not a number with a unit. */
export function parseDuration(text: string): number | undefined {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)$/.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * units[match[2] as keyof typeof units]);
}

/** The shortest way to write a duration in a policy: 30000 is `30s`, 1500 is `1500ms`. */
export function printDuration(milliseconds: number): string {
  const fitting = Object.entries(units).filter(([, size]) => milliseconds >= size && milliseconds % size === 0);
  const [unit, size] = fitting.at(-1) ?? (["ms", 1] as const);
  return `${milliseconds / size}${unit}`;
}

const sizes = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** Bytes of `500KB` (1000) or `500KiB` (1024). */
export function parseSize(text: string): number | undefined {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,6})?)(B|KB|MB|GB|KiB|MiB|GiB)$/.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * sizes[match[2] as keyof typeof sizes]);
}

/** How a size is written in a policy: 20000000 is `20MB`. */
export function printSize(bytes: number): string {
  const fitting = (["B", "KB", "MB", "GB"] as const).filter(
    (unit) => bytes >= sizes[unit] && bytes % sizes[unit] === 0,
  );
  const unit = fitting.at(-1) ?? "B";
  return `${bytes / sizes[unit]}${unit}`;
}

/** Share of `20%`: 0.2. */
export function parsePercent(text: string): number | undefined {
  const match = /^([0-9]{1,3}(?:\.[0-9]{1,6})?)%$/.exec(text);
  return match === null ? undefined : Number(match[1]) / 100;
}
