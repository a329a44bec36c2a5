import { toToken } from "../json-pointer.ts";
import type { SpecMediaType } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ComparisonContext, TellPlaced } from "./comparison-context.ts";
import type { Direction, OperationReference } from "./finding.ts";
import type { Half } from "./schema-comparison.ts";
import { type Part, slotOf } from "./schema-slot.ts";
import { isStructured } from "./structured.ts";

/** Where content stands, on both sides. */
export interface ContentPlace {
  readonly operation: OperationReference;
  readonly direction: Direction;
  readonly status?: string;
  /** `request body`, `response 200`. */
  readonly subject: string;
  /** Pointers of the objects that have `content`. */
  readonly base: string;
  readonly revision: string;
}

/** The media types of a body, in the order in which they are preferred. */
export function compareContent(
  context: ComparisonContext,
  place: ContentPlace,
  base: readonly SpecMediaType[],
  revision: readonly SpecMediaType[],
): void {
  const pairs = pairsOf(base, revision);
  const tell = (edit: Omit<TellPlaced, "direction" | "subject">): void => tellContent(context, place, edit);
  const [preferred, first] = [base[0], revision[0]];
  for (const media of base) {
    if (pairs.has(media)) continue;
    const pointers = { base: pointerOf(place.base, media) };
    const says = `no longer has the media type ${media.contentType}`;
    const facts = media === preferred ? (["preferred"] as const) : [];
    tell({ name: "media-type-removed", effect: "narrow", ...pointers, before: media.contentType, says, facts });
  }
  const known = new Set(pairs.values());
  for (const media of revision) {
    if (known.has(media)) continue;
    const pointers = { revision: pointerOf(place.revision, media) };
    const says = `has the new media type ${media.contentType}`;
    tell({ name: "media-type-added", effect: "widen", ...pointers, after: media.contentType, says });
  }
  if (preferred && first && pairs.has(preferred) && pairs.get(preferred) !== first) {
    const told = { before: preferred.contentType, after: first.contentType };
    const says = `has ${first.contentType} as its first media type instead of ${preferred.contentType}`;
    const pointers = { base: place.base, revision: place.revision };
    tell({ name: "media-type-preference-changed", effect: "none", ...pointers, ...told, says });
  }
  for (const [old, now] of pairs) compareMedia(context, place, old, now);
}

function tellContent(
  context: ComparisonContext,
  { operation, direction, subject, status }: ContentPlace,
  edit: Omit<TellPlaced, "direction" | "subject">,
): void {
  const at = direction === "request" && status === undefined ? "body" : "";
  context.tell({ at, ...edit, direction, subject, ...(status === undefined ? {} : { status }) }, operation);
}

function pointerOf(holder: string, media: SpecMediaType): string {
  return `${holder}/content/${toToken(media.contentType)}`;
}

/** Without parameters: `charset` tells nothing new of JSON. */
function essence(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim();
}

function pairsOf(
  base: readonly SpecMediaType[],
  revision: readonly SpecMediaType[],
): Map<SpecMediaType, SpecMediaType> {
  const pairs = new Map<SpecMediaType, SpecMediaType>();
  const free = new Set(revision);
  for (const same of [(text: string) => text, essence]) {
    const waiting = new Map([...free].reverse().map((media) => [same(media.contentType), media]));
    for (const media of base) {
      const found = pairs.has(media) ? undefined : waiting.get(same(media.contentType));
      if (!found || !free.delete(found)) continue;
      pairs.set(media, found);
    }
  }
  return pairs;
}

function compareMedia(context: ComparisonContext, place: ContentPlace, old: SpecMediaType, now: SpecMediaType): void {
  const pointers = { base: pointerOf(place.base, old), revision: pointerOf(place.revision, now) };
  const tell = (edit: Omit<TellPlaced, "direction" | "subject" | "base" | "revision">): void =>
    tellContent(context, place, { ...edit, ...pointers });
  if (old.contentType !== now.contentType) {
    const told = { before: old.contentType, after: now.contentType };
    const says = `has the media type ${now.contentType} instead of ${old.contentType}`;
    tell({ name: "media-type-parameters-changed", effect: "none", ...told, says });
  }
  for (const key of ["schema", "itemSchema"] as const) {
    const [before, after] = [old[key], now[key]];
    if (!before && !after) continue;
    if (before && after) {
      const root = {
        operation: place.operation,
        label: key === "schema" ? "" : "[]",
        ...(place.status === undefined ? {} : { status: place.status }),
      };
      const label = place.direction === "request" && place.status === undefined ? `body${root.label}` : root.label;
      const [earlier, later] = [`${pointers.base}/${key}`, `${pointers.revision}/${key}`];
      const parts = [
        { schema: before, pointer: earlier },
        { schema: after, pointer: later },
      ] as const;
      context.schemas.addRoot(...parts, place.direction, { ...root, label });
      continue;
    }
    const what = key === "schema" ? "content-schema" : "stream-items";
    const says = after ? "has a schema now" : "no longer has a schema";
    tell({ name: `${what}-${after ? "added" : "removed"}`, effect: after ? "narrow" : "widen", says });
  }
  compareEncodings(context, old, now, tell);
}

/** Of parts that are there before and after: new and removed ones are told as properties. */
function compareEncodings(
  context: ComparisonContext,
  old: SpecMediaType,
  now: SpecMediaType,
  tell: (edit: Omit<TellPlaced, "direction" | "subject" | "base" | "revision">) => void,
): void {
  const [before, after] = [new Map(Object.entries(old.encoding ?? {})), new Map(Object.entries(now.encoding ?? {}))];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [earlier, later] = [before.get(name), after.get(name)];
    if (canonicalJson(earlier) === canonicalJson(later)) continue;
    const [part, other] = [partNamed(old, name, context.schemas.base), partNamed(now, name, context.schemas.revision)];
    if (!part || !other) continue;
    // For one plain value, style and explode say nothing.
    const isPlain = !isStructured(part, context.schemas.base) && !isStructured(other, context.schemas.revision);
    if (isPlain && canonicalJson(unstyled(earlier)) === canonicalJson(unstyled(later))) continue;
    const told = {
      ...(earlier === undefined ? {} : { before: { [name]: canonicalJson(earlier) } }),
      ...(later === undefined ? {} : { after: { [name]: canonicalJson(later) } }),
    };
    tell({
      name: "encoding-changed",
      effect: "incomparable",
      ...told,
      says: `writes the part ${JSON.stringify(name)} in another way`,
    });
  }
}

function unstyled(encoding: NonNullable<SpecMediaType["encoding"]>[string] | undefined): object {
  const { style, explode, ...rest } = encoding ?? {};
  return rest;
}

/** The schema of a part; of a body that names none, any. */
function partNamed({ schema }: SpecMediaType, name: string, half: Half): Part | undefined {
  if (!schema) return { schema: {}, pointer: "" };
  const { properties } = half.ids.shapes.of(slotOf({ schema, pointer: "" }, half.schemas).schema);
  return properties === undefined ? { schema: {}, pointer: "" } : properties.get(name);
}
