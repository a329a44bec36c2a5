/** Paginators and the rules that use them: active where the document determines the style, else with the open question. */

import { toExpression } from "../expression-text.ts";
import type { ApiDocument, SpecOperation } from "../model.ts";
import { arrayProperties, successSchemas } from "../plan/schema-pointer.ts";
import { isSelectable, requestLine } from "./names.ts";
import { readPageAnswer } from "./page-fields.ts";
import { type PageInput, type PageSize, type PageWay, pageSizeOf, pageWays } from "./page-styles.ts";
import { block, blockItem, type Entry, item, leaf, listOf, suggest } from "./suggestion.ts";

export interface InferredPagination {
  readonly sections: readonly Entry[];
  readonly rules: readonly Entry[];
  /** Operations with an active paginator, and with one that is only suggested. */
  readonly active: number;
  readonly suggested: number;
}

interface Paged {
  readonly operation: SpecOperation;
  readonly way: PageWay;
  readonly items?: readonly string[];
  readonly pageSize?: PageSize;
  /** `items: auto` finds them. */
  readonly only: boolean;
}

/** The server's own word decides; else there must be one way alone. */
function chooseWay(ways: readonly PageWay[]): PageWay | undefined {
  const sure = ways.filter(({ doubt }) => doubt === undefined);
  const told = sure.find(({ style }) => style === "link") ?? sure.find(({ style }) => style === "nextUrl");
  const [first, second] = sure;
  if (told !== undefined || (first !== undefined && second === undefined)) return told ?? first;
  if (first === undefined) return ways[0];
  return {
    ...first,
    doubt: `which way? the document offers ${sure.map(({ style, why }) => `${style} (${why})`).join(", ")}`,
  };
}

function inferPaged(document: ApiDocument, operation: SpecOperation): Paged[] {
  if (operation.method !== "get" || !isSelectable(operation)) return [];
  const answer = readPageAnswer(document, operation);
  if (answer === undefined) return [];
  const input: PageInput = { document, operation, answer };
  const way = chooseWay(pageWays(input));
  if (way === undefined) return [];
  const { items } = answer;
  // An object with one id in its path is no page, whatever its parameters are called.
  if (items === undefined && way.doubt !== undefined) return [];
  const pageSize = pageSizeOf(input);
  const names = arrayProperties(document, successSchemas(operation));
  const single = /\}(?:\.[a-z]+)?\/?$/.test(operation.path) && items?.length !== 0;
  const doubt =
    items === undefined
      ? "where are the items? the answer has several arrays, or none"
      : single
        ? "is this a list? its path ends in an id"
        : way.doubt;
  return [
    {
      operation,
      way: doubt === undefined ? way : { ...way, doubt },
      only: names === undefined || (names.length === 1 && items?.length === 1 && items[0] === names[0]),
      ...(items === undefined ? {} : { items }),
      ...(pageSize === undefined ? {} : { pageSize }),
    },
  ];
}

interface Group {
  readonly members: readonly Paged[];
  readonly items: string;
}

const pointerTo = (path: readonly string[]): string => toExpression({ from: "body", path });

/** Operations with the same paginator. Where only the place of the items differs, `auto` finds it. */
function group(paged: readonly Paged[]): Group[] {
  const families = new Map<string, Paged[]>();
  for (const one of paged) {
    const key = JSON.stringify([one.way.style, one.way.facts, one.way.doubt ?? null]);
    families.set(key, [...(families.get(key) ?? []), one]);
  }
  return [...families.values()].flatMap((members) => {
    const places = new Map<string, Paged[]>();
    for (const one of members) {
      const place = one.items === undefined ? "auto" : pointerTo(one.items);
      places.set(place, [...(places.get(place) ?? []), one]);
    }
    if (places.size === 1) return [...places].map(([items, all]) => ({ items, members: all }));
    const alike = members.filter(({ only, items }) => only && items !== undefined);
    const rest = [...places].map(([items, all]) => ({ items, members: all.filter((one) => !alike.includes(one)) }));
    return [{ items: "auto", members: alike }, ...rest].filter((one) => one.members.length > 0);
  });
}

export function inferPagination(document: ApiDocument): InferredPagination {
  const groups = group(document.operations.flatMap((operation) => inferPaged(document, operation)));
  groups.sort((a, b) => Number(a.members[0]!.way.doubt !== undefined) - Number(b.members[0]!.way.doubt !== undefined));
  const taken = new Map<string, number>();
  const paginators: Entry[] = [];
  const rules: Entry[] = [];
  let active = 0;
  let suggested = 0;
  for (const { members, items } of groups) {
    const { way } = members[0]!;
    const count = (taken.get(way.style) ?? 0) + 1;
    taken.set(way.style, count);
    const name = count === 1 ? way.style : `${way.style}${count}`;
    const question = way.doubt === undefined ? "" : `; open: ${way.doubt}`;
    const facts = Object.entries(way.facts).map(([key, value]) => leaf(key, value));
    const entries = [leaf("style", way.style), leaf("items", items), ...facts, ...suggestPageSize(members)];
    const paginator = block(name, entries, `${way.why} (${members[0]!.operation.key})${question}`);
    const names = members.map(({ operation }) => item(operation.key, requestLine(operation)));
    const rule = blockItem([block("match", [listOf("operations", names)]), leaf("pagination", { use: name })]);
    const sure = way.doubt === undefined;
    paginators.push(sure ? paginator : suggest(paginator));
    rules.push(sure ? rule : suggest(rule));
    if (sure) active += members.length;
    else suggested += members.length;
  }
  const sections = paginators.length === 0 ? [] : [block("paginators", paginators)];
  return { sections, rules, active, suggested };
}

/** Fewer calls with larger pages, where all operations take the same parameter and the document bounds it. */
function suggestPageSize(members: readonly Paged[]): Entry[] {
  const sizes = members.flatMap(({ pageSize }) => pageSize ?? []);
  const [first] = sizes;
  const most = Math.min(...sizes.map(({ max = Number.NaN }) => max));
  const same = sizes.length === members.length && sizes.every(({ param }) => param === first?.param);
  if (first === undefined || !same || !Number.isSafeInteger(most)) return [];
  const why = `the most that the document allows${members.length > 1 ? " all of these operations" : ""}; larger pages, fewer calls`;
  return [suggest(leaf("pageSize", { param: first.param, default: most }, why))];
}
