/** The table of keys in generator/README.md, from the JSON Schema of the policy format. */
import { notHonouredKeys } from "../../../generator/plan/not-honoured.ts";
import { type SchemaNode, toPolicyJsonSchema } from "../../../generator/policy-json-schema.ts";

type Level = "T" | "V" | "D" | "R" | "O";

interface Row {
  readonly path: string;
  readonly node: SchemaNode;
  readonly levels: Set<Level>;
  /** Keys that are told at another block. */
  readonly elsewhere: { readonly name: string; readonly block: string }[];
}

const order: readonly Level[] = ["T", "V", "D", "R", "O"];
const nested: Readonly<Record<string, Level>> = { defaults: "D", rules: "R", operations: "O" };

/** One row a key, in the order of the format; a key of the same meaning elsewhere is told once. */
export function keyRows(schema: SchemaNode = toPolicyJsonSchema()): readonly Row[] {
  const rows = new Map<string, Row>();
  const told = new Map<string, string>();
  const definitions = schema["$defs"] as Readonly<Record<string, SchemaNode>>;

  function children(node: SchemaNode, path: string, level: Level, owner: Row | undefined): void {
    const { $ref, anyOf, properties, items, additionalProperties } = node as {
      $ref?: string;
      anyOf?: readonly SchemaNode[];
      properties?: Readonly<Record<string, SchemaNode>>;
      items?: SchemaNode;
      additionalProperties?: SchemaNode | false;
    };
    if ($ref) children(definitions[$ref.replace("#/$defs/", "")]!, path, level, owner);
    for (const branch of anyOf ?? []) children(branch, path, level, owner);
    if (items) children(items, `${path}[]`, level, owner);
    if (additionalProperties) children(additionalProperties, `${path}.<name>`, level, owner);
    for (const [name, child] of Object.entries(properties ?? {})) {
      const place = path === "" ? name : `${path}.${name}`;
      if (path === "" && nested[name]) {
        add(place, child, level);
        children(withoutLists(child), "", nested[name], undefined);
      } else if (place === "versions.<name>.policy") {
        add(place, child, level);
        children(child, "", "V", undefined);
      } else if (name !== "source" || path === "") visit(name, place, child, level, owner);
    }
  }

  /** The blocks of a list or of a map of names: their keys are told as if there were one block. */
  function withoutLists(node: SchemaNode): SchemaNode {
    const inner = (node["items"] ?? node["additionalProperties"]) as SchemaNode | undefined;
    const branches = (node["anyOf"] as readonly SchemaNode[] | undefined)?.map(withoutLists);
    return inner ? withoutLists(inner) : branches ? { anyOf: branches } : node;
  }

  function visit(name: string, place: string, child: SchemaNode, level: Level, owner: Row | undefined): void {
    const meaning = `${name} ${JSON.stringify(child)}`;
    const first = told.get(meaning) ?? place;
    told.set(meaning, first);
    if (first !== place && owner) {
      owner.elsewhere.push({ name, block: first.slice(0, first.lastIndexOf(".")) });
      return;
    }
    children(child, place, level, add(place, child, level));
  }

  function add(path: string, node: SchemaNode, level: Level): Row {
    const row = rows.get(path) ?? { path, node, levels: new Set(), elsewhere: [] };
    row.levels.add(level);
    rows.set(path, row);
    return row;
  }

  children(schema, "", "T", undefined);
  return [...rows.values()];
}

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** Paths of keys that the generator refuses for now, as rows name them. */
const refused = new Set(
  notHonouredKeys.map((keys) =>
    keys
      .join(".")
      .replace(/^(?:defaults|rules\.\*|operations\.\*)\./, "")
      .replace(/\b(errors|retryAfter)\.\*/, "$1[]")
      .replaceAll("*", "<name>"),
  ),
);

function meaningOf({ path, node, elsewhere }: Row): string {
  const words = Array.isArray(node["enum"])
    ? (node["enum"] as unknown[]).filter((word) => typeof word === "string")
    : [];
  const untold = words.filter((word) => !String(node["description"]).includes(code(String(word))));
  const block = elsewhere[0]?.block;
  const same = elsewhere.length > 3 ? "keys" : [...new Set(elsewhere.map(({ name }) => code(name)))].join(", ");
  return [
    String(node["description"]),
    ...(untold.length === 0 ? [] : [words.map((word) => code(String(word))).join(", ")]),
    ...(block === undefined ? [] : [`${same} as in ${code(block)}`]),
    ...(refused.has(path) ? ["**not honoured yet**"] : []),
  ].join("; ");
}

export function printKeyTable(): string {
  const lines = keyRows().map((row) => {
    const usual = row.node["default"];
    const text = usual === undefined ? "" : code(typeof usual === "string" ? usual : JSON.stringify(usual));
    const where = order.filter((level) => row.levels.has(level)).join(" ");
    return `| ${code(row.path)} | ${where} | ${cell(meaningOf(row))} | ${cell(text)} |`;
  });
  return ["| key | where | meaning | default |", "|---|---|---|---|", ...lines].join("\n");
}

const [start, end] = ["<!-- keys: written by `npm run format` -->", "<!-- end of keys -->"];

/** The text of the guide with the table as it is now. */
export function withKeyTable(guide: string): string {
  const [before, rest] = guide.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`generator/README.md lacks the lines ${start} and ${end}`);
  return `${before}${start}\n\n${printKeyTable()}\n\n${end}${after}`;
}
