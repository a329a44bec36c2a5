import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  mergeTag,
  parseEvents,
  YAMLException,
} from "js-yaml";
import type { JsonValue } from "./json-tree.ts";
import type { Entry, Positions } from "./positions.ts";

export interface YamlFault {
  readonly offset: number;
  readonly kind: "syntax" | "duplicate" | "empty" | "documents" | "depth";
  readonly message: string;
}

export type YamlRead = { readonly value: JsonValue; readonly aliases: boolean } | { readonly fault: YamlFault };

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);
const MAX_MERGED_KEYS = 10_000;

/**
 * Parses one YAML 1.2 document by the core schema; merge keys are applied, duplicate keys are a fault.
 * Aliases are shared objects in the result: `unshare` bounds and separates them.
 */
export function parseYaml(text: string, maxDepth: number): YamlRead {
  try {
    const events = parseEvents(text, { maxDepth });
    const documents = events.filter((event) => event.type === EVENT_ID.DOCUMENT).length;
    if (documents === 0) return { fault: { offset: 0, kind: "empty", message: "the file has no content" } };
    if (documents > 1) {
      const offset = Math.max(0, text.search(/^---(?=\s)/m));
      const second = text.slice(offset + 3).search(/^---(?=\s|$)/m);
      const message = "the file holds several YAML documents";
      return { fault: { offset: second === -1 ? offset : offset + 3 + second, kind: "documents", message } };
    }
    const [value] = constructFromEvents(events, { source: text, schema: SCHEMA, maxTotalMergeKeys: MAX_MERGED_KEYS });
    return { value: value as JsonValue, aliases: events.some((event) => event.type === EVENT_ID.ALIAS) };
  } catch (error) {
    if (!(error instanceof YAMLException)) return { fault: { offset: 0, kind: "syntax", message: "this is not YAML" } };
    const offset = error.mark?.position ?? 0;
    if (/duplicated mapping key/.test(error.reason)) {
      return { fault: { offset, kind: "duplicate", message: "this key stands twice in the same mapping" } };
    }
    if (/maxDepth|nesting/i.test(error.reason)) {
      return { fault: { offset, kind: "depth", message: `nested deeper than ${maxDepth} levels` } };
    }
    return { fault: { offset, kind: "syntax", message: error.reason } };
  }
}

/** Positions of a valid YAML text. Parses it again, keeping the events. */
export function yamlPositions(text: string, maxDepth: number): Positions {
  const events = parseEvents(text, { maxDepth });
  const known = new Map<number, ReadonlyMap<string, Entry>>();
  return {
    root: { node: 1, offset: startOf(events[1]), length: 1 },
    entries(node) {
      const found = known.get(node) ?? scan(text, events, node);
      known.set(node, found);
      return found;
    },
    source(node) {
      const event = events[node];
      return event?.type === EVENT_ID.SCALAR ? text.slice(event.valueStart, event.valueEnd) : "";
    },
  };
}

function scan(text: string, events: readonly Event[], node: number): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const container = events[node];
  let at = node + 1;
  if (container?.type === EVENT_ID.MAPPING) {
    while (at < events.length && events[at]?.type !== EVENT_ID.POP) {
      const key = events[at];
      const value = skip(events, at);
      if (key?.type === EVENT_ID.SCALAR) {
        const length = Math.max(1, key.valueEnd - key.valueStart);
        entries.set(getScalarValue(text, key), { node: value, offset: key.valueStart, length });
      }
      at = skip(events, value);
    }
  } else if (container?.type === EVENT_ID.SEQUENCE) {
    for (let index = 0; at < events.length && events[at]?.type !== EVENT_ID.POP; index++) {
      entries.set(String(index), { node: at, offset: startOf(events[at]), length: 1 });
      at = skip(events, at);
    }
  }
  return entries;
}

/** Index after the node that starts at `at`. */
function skip(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let i = at; i < events.length; i++) {
    const type = events[i]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return i + 1;
  }
  return events.length;
}

function startOf(event: Event | undefined): number {
  if (!event) return 0;
  if (event.type === EVENT_ID.SCALAR) return Math.max(0, event.valueStart);
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return Math.max(0, event.start);
  return event.type === EVENT_ID.ALIAS ? Math.max(0, event.anchorStart) : 0;
}
