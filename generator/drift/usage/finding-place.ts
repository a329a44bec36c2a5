/** Which places of a consumer's code a finding is about. */
import { fromToken } from "../../json-pointer.ts";
import type { Finding } from "../finding.ts";

/** Tokens that lead from one value into another: a change below them is no change of the value above. */
const inner = new Set(["properties", "patternProperties"]);
/** Tokens above which only whoever names the part is concerned, not every caller. */
const parts = new Set(["parameters", "requestBody", "headers"]);

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}

function lastToken(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf("/") + 1);
}

/** The property that a finding is about has no place in the base. */
function isAddition({ rule, pointer: { base, revision } }: Finding): boolean {
  if (base === undefined) return true;
  if (revision === undefined || !inner.has(lastToken(parentOf(revision)))) return false;
  return /added/.test(rule) && lastToken(base) !== lastToken(revision);
}

/** One for each place of the document where it stands: of what operations repeat, each has its own. */
export function eachPlace(finding: Finding): readonly Finding[] {
  if (!finding.occurrences.some(({ pointer }) => pointer !== undefined)) return [finding];
  return finding.occurrences.map((one) => ({
    ...finding,
    pointer: one.pointer ?? finding.pointer,
    occurrences: [one],
  }));
}

/** Of an enumeration or a constant. */
export function isAboutValue({ rule }: Finding): boolean {
  return /\b(?:enum|const)\b/.test(rule);
}

/** Where the base has what changed; undefined for something new. */
export function placeOf(finding: Finding): string | undefined {
  return isAddition(finding) ? undefined : finding.pointer.base;
}

/** Where the base would have what is new: its holder. */
export function holderOf(finding: Finding): string | undefined {
  const { base, revision } = finding.pointer;
  if (!isAddition(finding)) return undefined;
  if (base !== undefined) return base;
  return revision !== undefined && inner.has(lastToken(parentOf(revision))) ? parentOf(parentOf(revision)) : undefined;
}

const list = "/properties/";

/** Name of the property or parameter that a finding is about. */
export function nameOf(finding: Finding): string | undefined {
  const pointer = isAddition(finding) ? finding.pointer.revision : finding.pointer.base;
  const [, name] = pointer?.slice(pointer.lastIndexOf(list)).split(list) ?? [];
  return name === undefined ? undefined : fromToken(name.split("/")[0]!);
}

/** The pointer and those above it that mean the same value: without its keywords, alternatives and lists. */
export function ownersOf(pointer: string): readonly string[] {
  const owners = [pointer];
  for (let at = pointer; at !== ""; ) {
    const token = lastToken(at);
    at = parentOf(at);
    if (inner.has(token) || inner.has(lastToken(at)) || parts.has(token) || parts.has(lastToken(at))) break;
    owners.push(at);
  }
  return owners;
}
