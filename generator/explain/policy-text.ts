/** Figures and pointers as they are written in a policy. */

import type { Pointer, WaitHeader } from "@couplet/runtime/codegen/v1";
import { toExpression } from "../expression-text.ts";
import { pointerTo } from "../json-pointer.ts";
import { toDurationText } from "../policy-words.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
] as const;

/** 30000 -> `30s`, 7200000 -> `2h`, 250 -> `250ms`. */
export function toDurationValue(milliseconds: number): string {
  for (const [unit, size] of units)
    if (milliseconds % size === 0 && milliseconds >= 2 * size) return `${milliseconds / size}${unit}`;
  return milliseconds % 1000 === 0 && milliseconds > 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** For sentences; what is computed is rounded: 1200.4 -> `1.2 s`. */
export function toTimeText(milliseconds: number): string {
  return toDurationText(Math.round(milliseconds));
}

/** 20000000 -> `20MB`. */
export function toSizeValue(bytes: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["GiB", 2 ** 30],
    ["MB", 1e6],
    ["MiB", 2 ** 20],
    ["KB", 1e3],
    ["KiB", 2 ** 10],
  ] as const)
    if (bytes % size === 0 && bytes >= size) return `${bytes / size}${unit}`;
  return `${bytes}B`;
}

export function toPercentValue(share: number): string {
  return `${Math.round(share * 1e8) / 1e6}%`;
}

export function toPointerMap(pointer: Pointer | undefined, key: string): Record<string, string> {
  return pointer === undefined ? {} : { [key]: toExpression(pointer) };
}

export function toWaitMap({ from, format, pattern, clock }: WaitHeader): Record<string, string> {
  return {
    from: toExpression(from),
    format,
    ...(pattern === undefined ? {} : { pattern }),
    ...(clock === undefined ? {} : { clock }),
  };
}

export function toJsonPointer(tokens: readonly string[]): string {
  return pointerTo("", ...tokens);
}
