import { extname } from "node:path";
import type { InputError, Location } from "../errors.ts";
import { jsonPositions } from "./json-positions.ts";
import { countMembers, findJsonFault, type JsonFault, parseJson } from "./json-source.ts";
import { isMap, type JsonMap, type JsonValue } from "./json-tree.ts";
import { MAX_ALIASED, MAX_DEPTH, measure, unshare } from "./limits.ts";
import { findEntry, type Positions } from "./positions.ts";
import { inputError, readSource, type SourceText } from "./source-text.ts";
import { parseYaml, type YamlFault, yamlPositions } from "./yaml-source.ts";

/** One parsed file of a document. */
export interface SourceDocument {
  readonly path: string;
  readonly file: string;
  readonly root: JsonValue;
  readonly bytes: Uint8Array;
  readonly nodes: number;
  /** Place of the value at these tokens, or of its nearest ancestor. */
  place(tokens: readonly string[]): Location;
  /** A scalar as it is written, so that `1.0` stays `1.0`. */
  written(tokens: readonly string[]): string | undefined;
  /** Whether an overlay put the value at these tokens there, or changed it. Absent without overlays. */
  isOverlaid?(tokens: readonly string[]): boolean;
}

/** Reads and parses one JSON or YAML file within the limits. Throws `InputError` with one finding. */
export function openSource(path: string, file: string): SourceDocument {
  const source = readSource(path, file);
  const parsed = parse(source);
  let positions: Positions | undefined;
  const find = (tokens: readonly string[]): ReturnType<typeof findEntry> => {
    positions ??= parsed.json ? jsonPositions(source.text) : yamlPositions(source.text, MAX_DEPTH);
    return findEntry(positions, tokens);
  };
  const document: SourceDocument = {
    path: source.path,
    file: source.file,
    root: parsed.value,
    bytes: source.bytes,
    nodes: parsed.nodes,
    place(tokens) {
      const { entry } = find(tokens);
      return source.place(entry.offset, entry.length);
    },
    written(tokens) {
      const { entry, exact } = find(tokens);
      return exact ? positions?.source(entry.node) : undefined;
    },
  };
  return document;
}

/** The root of a document file, which must be an object. */
export function rootMap(source: SourceDocument): JsonMap {
  if (isMap(source.root)) return source.root;
  const what = Array.isArray(source.root) ? "a list" : source.root === null ? "empty" : "plain text";
  throw inputError(
    "S006",
    { ...source.place([]), line: 1, column: 1 },
    `this is not an OpenAPI document: the file is ${what}, not an object`,
    "give the OpenAPI document itself: an object with openapi (or swagger), info and paths",
  );
}

function parse(source: SourceText): { value: JsonValue; nodes: number; json: boolean } {
  const looksLikeJson = /^[{[]/.test(source.text.trimStart());
  if (looksLikeJson) {
    const read = parseJson(source.text, MAX_DEPTH);
    if ("value" in read) return checkJson(source, read.value);
    const extension = extname(source.path).toLowerCase();
    if (extension !== ".yaml" && extension !== ".yml") throw jsonError(source, read.fault);
  }
  const read = parseYaml(source.text, MAX_DEPTH);
  if ("fault" in read) throw yamlError(source, read.fault);
  if (read.aliases) {
    const shared = unshare(read.value);
    if (shared !== "ok") {
      const message =
        shared === "cycle"
          ? "a YAML alias contains itself"
          : `YAML aliases repeat more than ${MAX_ALIASED} values of this document`;
      throw inputError(
        "S005",
        source.place(Math.max(0, source.text.search(/(?<=[\s[{,:-])\*\w/))),
        message,
        "use $ref",
      );
    }
  }
  return { value: read.value, nodes: checkLimits(source, read.value, false).nodes, json: false };
}

function checkJson(source: SourceText, value: JsonValue): { value: JsonValue; nodes: number; json: boolean } {
  const { nodes, members } = checkLimits(source, value, true);
  if (countMembers(source.text) !== members) {
    const fault = findJsonFault(source.text, MAX_DEPTH);
    if (fault) throw jsonError(source, fault);
  }
  return { value, nodes, json: true };
}

function checkLimits(source: SourceText, value: JsonValue, json: boolean): { nodes: number; members: number } {
  const measured = measure(value);
  if (!measured.fault) return measured;
  const positions = json ? jsonPositions(source.text) : yamlPositions(source.text, MAX_DEPTH);
  const { entry } = findEntry(positions, measured.fault.tokens);
  const place = source.place(entry.offset, entry.length);
  throw inputError("S005", place, measured.fault.message, measured.fault.fix);
}

function jsonError(source: SourceText, fault: JsonFault): InputError {
  const codes = { duplicate: "S004", depth: "S005", syntax: "S003", truncated: "S003" };
  const fixes = {
    duplicate: "keep one of them: readers disagree about which one counts",
    depth: "flatten it",
    syntax: "correct the JSON, or download the document again",
    truncated: "download the document again: it was cut off",
  };
  return inputError(codes[fault.kind], source.place(fault.offset, fault.length), fault.message, fixes[fault.kind]);
}

function yamlError(source: SourceText, fault: YamlFault): InputError {
  const codes = { duplicate: "S004", depth: "S005", syntax: "S003", empty: "S002", documents: "S003" };
  const fixes = {
    duplicate: "keep one of them: readers disagree about which one counts",
    depth: "flatten it",
    syntax: "correct the YAML, or download the document again",
    empty: "save the provider's OpenAPI document here",
    documents: "keep one document in the file",
  };
  return inputError(codes[fault.kind], source.place(fault.offset), fault.message, fixes[fault.kind]);
}
