/** Names of reusable objects: valid in OpenAPI, unique in their section, the same on every machine. */
export interface ComponentNames {
  /** Claims the name of an object that the document itself names. */
  keep(name: string): string;
  /** A name for an object that has none, from where it was found; `file` is absent for the root file. */
  invent(file: string | undefined, tokens: readonly string[]): string;
}

export function createComponentNames(): ComponentNames {
  const taken = new Set<string>();
  const counters = new Map<string, number>();
  const claim = (wanted: string): string => {
    let name = wanted;
    let n = counters.get(wanted) ?? 2;
    for (; taken.has(name); n++) name = `${wanted}_${n}`;
    counters.set(wanted, n);
    taken.add(name);
    return name;
  };
  return {
    keep: (name) => claim(valid(name)),
    invent(file, tokens) {
      const candidates = tokens.length === 0 ? fromFile(file ?? "document") : fromTokens(file, tokens);
      return claim(candidates.find((name) => !taken.has(name)) ?? (candidates.at(-1) as string));
    },
  };
}

function valid(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_") || "_";
}

/** `models/droplet.yml` is `droplet`, and `models_droplet` when that is taken. */
function fromFile(file: string): string[] {
  const parts = file.replace(/\.[A-Za-z0-9]+$/, "").split("/");
  const base = parts.at(-1) ?? "schema";
  const parent = parts.at(-2);
  const names = parent && parent !== ".." && parent !== "." ? [base, `${parent}_${base}`] : [base];
  return names.map(valid);
}

const GENERIC = new Set([
  ..."components schemas definitions paths schema content parameters responses requestBody requestBodies".split(" "),
  ..."headers examples properties patternProperties items allOf anyOf oneOf additionalProperties $defs".split(" "),
]);

/** The name of a definition; for other places all telling tokens, after the file's name when it is not the root. */
function fromTokens(file: string | undefined, tokens: readonly string[]): string[] {
  const telling = tokens.filter((token) => !GENERIC.has(token)).map((token) => token.replace(/^\/+/, ""));
  const base = file === undefined ? [] : [fromFile(file)[0] as string];
  const full = valid([...base, ...telling].join("_"));
  const isDefinition = tokens.length === 1 || ["schemas", "definitions", "$defs"].includes(tokens.at(-2) ?? "");
  return isDefinition ? [valid(tokens.at(-1) as string), full] : [full];
}
