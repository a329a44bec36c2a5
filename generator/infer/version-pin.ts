/** The parameter that tells which version of the provider's API is meant. */
import type { ApiDocument, SpecOperation, SpecParameter } from "../model.ts";
import { headerProblem } from "../plan/policy-constants.ts";
import { expand } from "../plan/schema-pointer.ts";
import type { PolicyMap } from "../policy-model.ts";
import { nameSome, plainName } from "./names.ts";
import { block, type Entry, leaf, suggest } from "./suggestion.ts";

interface Candidate {
  readonly in: "header" | "path" | "query";
  readonly name: string;
  /** All values that the document allows; empty when it allows any. */
  readonly values: readonly string[];
  /** A default or an example. */
  readonly shown?: string;
  readonly operations: SpecOperation[];
}

const dated = /^\d{4}-\d{2}(?:-\d{2})?$/;

function readParameter(document: ApiDocument, parameter: SpecParameter): Omit<Candidate, "operations"> | undefined {
  const { in: place, name } = parameter;
  if (place === "cookie") return undefined;
  const schemas = expand(document, parameter.schema);
  const values = [
    ...new Set(schemas.flatMap((one) => [...(one.enum ?? []), ...(one.const === undefined ? [] : [one.const])])),
  ].filter((value): value is string => typeof value === "string");
  const shown = [
    ...schemas.map((one) => one.default),
    parameter.example,
    ...schemas.flatMap(({ examples = [] }) => examples),
  ].find((value): value is string => typeof value === "string");
  const named = /version$|revision$/.test(plainName(name));
  const allDated = values.length > 0 && values.every((value) => dated.test(value));
  if (!named && !allDated) return undefined;
  return { in: place, name, values, ...(shown === undefined ? {} : { shown }) };
}

function isLegal({ in: place, name }: Candidate, value: string): boolean {
  // A policy reads braces as a template.
  if (/[{}]/.test(value)) return false;
  if (place === "header") return headerProblem(name, value) === undefined;
  return place === "path" ? /^[A-Za-z0-9._~-]+$/.test(value) && value !== ".." : /^[\x21-\x7e]+$/.test(value);
}

function mostDeclared(document: ApiDocument): Candidate | undefined {
  const found = new Map<string, Candidate>();
  for (const operation of document.operations)
    for (const parameter of operation.parameters) {
      const read = readParameter(document, parameter);
      if (read === undefined) continue;
      const key = `${read.in} ${read.in === "header" ? read.name.toLowerCase() : read.name}`;
      const known = found.get(key);
      if (known) known.operations.push(operation);
      else found.set(key, { ...read, operations: [operation] });
    }
  return [...found.values()].sort((a, b) => b.operations.length - a.operations.length)[0];
}

/** The `pin` of a version, active when the document leaves no other value, or has the version's own label. */
export function inferPin(document: ApiDocument, version: string): Entry | undefined {
  const candidate = mostDeclared(document);
  if (candidate === undefined) return undefined;
  const { in: place, name, values, shown, operations } = candidate;
  const only = values.length === 1 ? values[0] : undefined;
  const own = values.includes(version) || shown === version ? version : undefined;
  const value = only ?? own ?? shown ?? values[0];
  if (value === undefined || !isLegal(candidate, value)) return undefined;
  const everywhere = operations.length * 2 > document.operations.length;
  const sure = everywhere && (only !== undefined || own !== undefined);
  const count = `${nameSome(operations, 1)}: ${operations.length} of ${document.operations.length} operations have it`;
  const question = everywhere
    ? "; is this the version that the document describes?"
    : "; is it the version of the API?";
  const pin: PolicyMap = { in: place, name, value };
  const entry = leaf("pin", pin, sure ? count : `${count}${question}`);
  return sure ? entry : suggest(entry);
}

export function inferVersions(document: ApiDocument, version: string): Entry[] {
  const pin = inferPin(document, version);
  return pin === undefined ? [] : [block("versions", [block(version, [pin])])];
}
