/** Names for code: from any text to identifiers of a closed alphabet, unique in their scope, independent of order. */
import { createHash } from "node:crypto";

const reservedWords = new Set(
  (
    "abstract any arguments as asserts async await bigint boolean break case catch class const continue debugger declare default " +
    "delete do else enum eval export extends false finally for from function get global if implements import in infer instanceof " +
    "interface intrinsic is keyof let module namespace never new null number object of out override package private protected " +
    "public readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined " +
    "unique unknown using var void while with yield"
  ).split(" "),
);

/** Words of a text: split at everything but letters and digits, and where the case changes. Accents are dropped. */
export function toWords(text: string): string[] {
  return (
    text
      .slice(0, 300)
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g) ?? []
  );
}

/** Six letters and digits that depend on the text alone. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** `Payment intents!` -> `PaymentIntents`. A text without letters becomes `X` and its hash; a leading digit gets a `T`. */
export function toPascalCase(text: string): string {
  // A name that is already an identifier in this form keeps its capitals: `APIKeyV2` stays.
  const name = /^[A-Z][A-Za-z0-9]*$/.test(text) ? text : toWords(text).map(capital).join("");
  if (name === "") return `X${shortHash(text)}`;
  const bounded = name.length > 64 ? name.slice(0, 64) + shortHash(text) : name;
  return /^[0-9]/.test(bounded) ? `T${bounded}` : bounded;
}

/** `Payment intents!` -> `paymentIntents`, for a member of an object, where reserved words are legal. */
export function toMemberName(words: readonly string[], wire: string): string {
  if (words.length === 0) return `x${shortHash(wire)}`;
  let name = words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join("");
  if (name.length > 64) name = name.slice(0, 64) + shortHash(wire);
  return /^[0-9]/.test(name) ? `n${name}` : name;
}

/** As `toMemberName`, for a constant: reserved words get a trailing underscore. */
export function toCamelCase(words: readonly string[], wire: string): string {
  const name = toMemberName(words, wire);
  return reservedWords.has(name) ? `${name}_` : name;
}

/** `paymentIntents` -> `payment-intents`, from `[a-z0-9-]` and at most 64 characters plus a hash. */
export function toFileName(name: string): string {
  const file = toWords(name).join("-").toLowerCase() || `x${shortHash(name)}`;
  return file.length > 64 ? `${file.slice(0, 64)}-${shortHash(name)}` : file;
}

/** The singular of an English word, as far as spelling tells: for comparing words, never for printing them. */
export function toSingular(word: string): string {
  const lower = word.toLowerCase();
  if (/[^aeiou]ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(lower)) return lower.slice(0, -2);
  return /[^s]s$/.test(lower) ? lower.slice(0, -1) : lower;
}

/** One scope of names: what is taken once is taken, and a clash is settled by the wire name alone, never by order. */
export class SymbolTable {
  readonly #taken: Set<string>;
  readonly #fold: boolean;

  /** `foldCase`: names that differ in case only clash (file names). */
  constructor(reserved: Iterable<string>, foldCase = false) {
    this.#fold = foldCase;
    this.#taken = new Set([...reserved].map((name) => this.#key(name)));
  }

  #key(name: string): string {
    return this.#fold ? name.toLowerCase() : name;
  }

  /** Takes the wanted name, else the one with the suffix, else the name with a hash of the wire name (and a count). */
  claim(wanted: string, wire: string, suffix = ""): string {
    let name = this.#taken.has(this.#key(wanted)) ? wanted + suffix : wanted;
    for (let n = 0; this.#taken.has(this.#key(name)); n++) {
      name = `${wanted}_${shortHash(n === 0 ? wire : `${wire} ${n}`)}`;
    }
    this.#taken.add(this.#key(name));
    return name;
  }

  /** Takes names for many at once: where several want the same, the one whose wire name it already is keeps it. */
  claimAll(wanted: ReadonlyMap<string, string>, suffix = ""): Map<string, string> {
    const rivals = new Map<string, string[]>();
    for (const [wire, name] of wanted) {
      const key = this.#key(name);
      const list = rivals.get(key);
      if (list) list.push(wire);
      else rivals.set(key, [wire]);
    }
    const names = new Map<string, string>();
    for (const wires of rivals.values()) {
      const sorted = [...wires].sort();
      const owner = sorted.length === 1 ? sorted[0] : sorted.find((wire) => wanted.get(wire) === wire);
      for (const wire of sorted) {
        const name = wanted.get(wire)!;
        names.set(wire, this.claim(wire === owner ? name : `${name}_${shortHash(wire)}`, wire, suffix));
      }
    }
    return names;
  }
}
