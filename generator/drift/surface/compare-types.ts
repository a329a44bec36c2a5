/** Two types of one program, an old and a new one, compared as their consumer meets them. */
import { ts } from "ts-morph";
import { surfaceLaw } from "../kind-law.ts";
import { pairMembers, splitUnion } from "./pair-members.ts";
import type { Polarity, SurfaceChange } from "./surface-change.ts";

/** Types that contain themselves with other arguments never end. */
const deepest = 60;

/** Where two types stand. */
export interface Spot {
  readonly place: string;
  readonly before: ts.Declaration | undefined;
  readonly after: ts.Declaration | undefined;
}

/**
 * Walks both types side by side: what we give must fit where the old one did, what we take must still take the old one. The
 * compiler's own check is asked for plain types only, since it takes parameters of methods in both directions.
 */
export class TypeComparison {
  readonly changes: Map<string, SurfaceChange> = new Map();
  /** Exported types that were met on the way. */
  readonly met: Set<ts.Symbol> = new Set();
  readonly #checker: ts.TypeChecker;
  readonly #folderOf: (file: ts.SourceFile) => string | undefined;
  /** Pairs that need no second look, and those that are being looked at. */
  readonly #done = new Set<string>();
  readonly #open = new Set<string>();
  readonly #ids = new Map<ts.Type, number>();

  /** @param folderOf Where in the package a file stands; undefined for files of others. */
  constructor(program: ts.Program, folderOf: (file: ts.SourceFile) => string | undefined) {
    this.#folderOf = folderOf;
    this.#checker = program.getTypeChecker();
  }

  note(row: SurfaceChange["row"], spot: Spot, says: string, polarity?: Polarity): void {
    const key = `${row.rule} ${spot.place} ${says}`;
    const direction = polarity === undefined ? "both" : polarity === "given" ? "response" : "request";
    const { place, before, after } = spot;
    this.changes.set(key, { row, place, says, direction, ...(before && { before }), ...(after && { after }) });
  }

  compare(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number = 0): void {
    if (old === now || depth > deepest) return;
    const key = `${this.#id(old)} ${this.#id(now)} ${polarity}`;
    if (this.#done.has(key) || this.#open.has(key)) return;
    const name = this.#named(old);
    for (const symbol of [old.aliasSymbol, old.symbol]) if (symbol !== undefined) this.met.add(symbol);
    const isNamed = name !== undefined && name === this.#named(now);
    // A type of the package is told once, by its name; any other wherever it stands.
    if (isNamed) this.#done.add(key);
    this.#open.add(key);
    const before = this.changes.size;
    this.#kinds(old, now, polarity, isNamed ? { ...spot, place: name } : spot, depth);
    this.#open.delete(key);
    if (this.changes.size === before) this.#done.add(key);
  }

  #kinds(old: ts.Type, now: ts.Type, polarity: Polarity, here: Spot, depth: number): void {
    if (isAny(old) || isAny(now)) {
      if (isAny(old) !== isAny(now)) this.#plain(old, now, polarity, here);
    } else if (old.isUnion() || now.isUnion()) this.#unions(old, now, polarity, here, depth);
    else if (isObject(old) && isObject(now)) this.#objects(old, now, polarity, here, depth);
    else if (old.isTypeParameter() && now.isTypeParameter()) return;
    else this.#plain(old, now, polarity, here);
  }

  #plain(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot): void {
    const fits = (from: ts.Type, to: ts.Type): boolean => this.#checker.isTypeAssignableTo(from, to);
    const holds = polarity === "given" ? fits(now, old) : fits(old, now);
    const says = `was \`${this.#text(old)}\` and is \`${this.#text(now)}\``;
    if (!holds || isAny(now)) this.note(surfaceLaw.typeChanged, spot, says, polarity);
    else if (!fits(old, now) || !fits(now, old)) this.note(surfaceLaw.typeCompatible, spot, says, polarity);
  }

  /** @param isFree Whether it may be absent, which is judged apart. */
  #values(old: ts.Symbol, now: ts.Symbol, isFree: boolean, polarity: Polarity, spot: Spot, depth: number): void {
    const [from, to] = [old, now].map((symbol) => this.#checker.getTypeOfSymbol(symbol)) as [ts.Type, ts.Type];
    const parts = ([from, to] as const).map((type) =>
      splitUnion(type).filter(({ flags }) => !isFree || (flags & ts.TypeFlags.Undefined) === 0),
    ) as [ts.Type[], ts.Type[]];
    const [[before, ...others], [after, ...more]] = parts;
    if (!isFree) this.compare(from, to, polarity, spot, depth + 1);
    else if (before && after && others.length + more.length === 0)
      this.compare(before, after, polarity, spot, depth + 1);
    else this.#members(parts, [from, to], polarity, spot, depth);
  }

  #unions(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number): void {
    this.#members([splitUnion(old), splitUnion(now)], [old, now], polarity, spot, depth);
  }

  #members(
    [before, after]: readonly [readonly ts.Type[], readonly ts.Type[]],
    [old, now]: readonly [ts.Type, ts.Type],
    polarity: Polarity,
    spot: Spot,
    depth: number,
  ): void {
    const { pairs, gone, come } = pairMembers(before, after, this.#checker);
    for (const [from, to] of pairs) this.compare(from, to, polarity, spot, depth + 1);
    const takes = (member: ts.Type, whole: ts.Type): boolean => this.#checker.isTypeAssignableTo(member, whole);
    for (const member of come) {
      const says = `may be \`${this.#text(member)}\` now`;
      const isNew = polarity === "given" && !takes(member, old);
      this.note(isNew ? surfaceLaw.typeChanged : surfaceLaw.typeCompatible, spot, says, polarity);
    }
    for (const member of gone) {
      const isLost = polarity === "taken" && !takes(member, now);
      const says = `cannot be \`${this.#text(member)}\` any more`;
      this.note(isLost ? surfaceLaw.typeChanged : surfaceLaw.typeCompatible, spot, says, polarity);
    }
  }

  #objects(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number): void {
    const checker = this.#checker;
    if (this.#isForeign(old) || this.#isForeign(now)) {
      this.#foreign(old, now, polarity, spot, depth);
      return;
    }
    this.#signatures(old, now, polarity, spot, depth);
    const after = new Map(checker.getPropertiesOfType(now).map((property) => [property.name, property]));
    for (const property of checker.getPropertiesOfType(old)) {
      const next = after.get(property.name);
      after.delete(property.name);
      const member = this.#member(spot, property, next);
      if (next === undefined) {
        this.note(surfaceLaw.memberRemoved, member, "is gone", polarity);
        continue;
      }
      this.#optionality(isOptional(property), isOptional(next), polarity, member);
      const isFree = isOptional(property) || isOptional(next);
      this.#values(property, next, isFree, polarity, member, depth);
    }
    for (const property of after.values()) {
      const member = this.#member(spot, undefined, property);
      const isNeeded = polarity === "taken" && !isOptional(property);
      this.note(isNeeded ? surfaceLaw.requiredMemberAdded : surfaceLaw.memberAdded, member, "is new", polarity);
    }
    this.#indexes(old, now, polarity, spot, depth);
  }

  #indexes(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number): void {
    for (const kind of [ts.IndexKind.String, ts.IndexKind.Number]) {
      const [before, after] = [old, now].map((type) => this.#checker.getIndexInfoOfType(type, kind)?.type);
      const member = below(spot, "[key]");
      if (before !== undefined && after !== undefined) this.compare(before, after, polarity, member, depth + 1);
      else if (before !== undefined) this.note(surfaceLaw.memberRemoved, member, "is gone", polarity);
      else if (after !== undefined) this.note(surfaceLaw.memberAdded, member, "is new", polarity);
    }
  }

  #optionality(was: boolean, is: boolean, polarity: Polarity, spot: Spot): void {
    if (was === is) return;
    const breaks = polarity === "given" ? is : was;
    const says = is ? "is optional now" : "is required now";
    const row = !breaks ? surfaceLaw.typeCompatible : is ? surfaceLaw.memberOptional : surfaceLaw.memberRequired;
    this.note(row, spot, says, polarity);
  }

  #signatures(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number): void {
    const [before, after] = [old.getCallSignatures(), now.getCallSignatures()];
    if (before.length > after.length) this.note(surfaceLaw.typeChanged, spot, "has lost a way to be called", polarity);
    if (before.length < after.length)
      this.note(surfaceLaw.typeCompatible, spot, "has another way to be called", polarity);
    for (const [index, signature] of before.entries())
      if (after[index] !== undefined) this.#signature(signature, after[index], polarity, spot, depth);
  }

  #signature(old: ts.Signature, now: ts.Signature, polarity: Polarity, spot: Spot, depth: number): void {
    const [before, after] = [old.getParameters(), now.getParameters()];
    for (const [index, parameter] of after.entries()) {
      const was = before[index];
      const argument = {
        ...spot,
        place: `${spot.place}(${parameter.name})`,
        after: parameter.valueDeclaration ?? spot.after,
      };
      const isFree = isFreeParameter(parameter);
      if (was === undefined) {
        const needed = polarity === "given" && !isFree;
        this.note(needed ? surfaceLaw.parameterRequired : surfaceLaw.parameterAdded, argument, "is new", polarity);
        continue;
      }
      if (isFreeParameter(was) !== isFree) this.#optionality(isFreeParameter(was), isFree, flipped(polarity), argument);
      this.#values(was, parameter, isFree || isFreeParameter(was), flipped(polarity), argument, depth);
    }
    for (const parameter of before.slice(after.length))
      this.note(
        surfaceLaw.parameterRemoved,
        { ...spot, place: `${spot.place}(${parameter.name})` },
        "is gone",
        polarity,
      );
    this.compare(old.getReturnType(), now.getReturnType(), polarity, below(spot, "()"), depth + 1);
  }

  #member(spot: Spot, old: ts.Symbol | undefined, now: ts.Symbol | undefined): Spot {
    const name = (old ?? now)!.name;
    return {
      place: `${spot.place}.${name}`,
      before: old?.declarations?.[0] ?? spot.before,
      after: now?.declarations?.[0] ?? (old === undefined ? spot.after : undefined),
    };
  }

  /** Types of others (lists, promises, those of the runtime) are the same on both sides: what they are made with may differ. */
  #foreign(old: ts.Type, now: ts.Type, polarity: Polarity, spot: Spot, depth: number): void {
    const alias = old.aliasSymbol !== undefined && old.aliasSymbol === now.aliasSymbol ? old.aliasSymbol : undefined;
    const symbol = alias ?? (old.symbol === now.symbol ? old.symbol : undefined);
    const [before, after] = [old, now].map((type) =>
      alias !== undefined ? (type.aliasTypeArguments ?? []) : this.#arguments(type),
    ) as [readonly ts.Type[], readonly ts.Type[]];
    if (symbol === undefined || before.length === 0 || before.length !== after.length) {
      this.#plain(old, now, polarity, spot);
      return;
    }
    const declared = symbol.declarations?.find(
      (one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one),
    );
    for (const [index, argument] of before.entries()) {
      const parameter = (declared as ts.InterfaceDeclaration | undefined)?.typeParameters?.[index]?.name.text;
      // The runtime calls that so what an operation takes; everything else is what it gives.
      const isInput = parameter === "Input";
      const step = symbol.name.endsWith("Array") ? "[]" : before.length === 1 ? "" : `<${parameter ?? index}>`;
      this.compare(argument, after[index]!, isInput ? flipped(polarity) : polarity, below(spot, step), depth + 1);
    }
  }

  #arguments(type: ts.Type): readonly ts.Type[] {
    if (((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) === 0) return [];
    return this.#checker.getTypeArguments(type as ts.TypeReference);
  }

  #isForeign(type: ts.Type): boolean {
    const file = (type.aliasSymbol ?? type.symbol)?.declarations?.[0]?.getSourceFile();
    return file !== undefined && this.#folderOf(file) === undefined;
  }

  /** The name by which people know a type of the package. */
  #named({ aliasSymbol, symbol }: ts.Type): string | undefined {
    const types = ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.TypeAlias;
    const found = [aliasSymbol, symbol].find((one) => one !== undefined && (one.flags & types) !== 0);
    const file = found?.declarations?.[0]?.getSourceFile();
    const folder = file && this.#folderOf(file);
    return folder === undefined ? undefined : `${folder} ${found!.name}`;
  }

  #text(type: ts.Type): string {
    return this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation).slice(0, 120);
  }

  #id(type: ts.Type): number {
    const known = this.#ids.get(type) ?? this.#ids.size;
    this.#ids.set(type, known);
    return known;
  }
}

const flipped = (polarity: Polarity): Polarity => (polarity === "given" ? "taken" : "given");
const below = (spot: Spot, step: string): Spot => ({ ...spot, place: `${spot.place}${step}` });
const isAny = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.Any) !== 0;
const isObject = (type: ts.Type): boolean => (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
const isOptional = (symbol: ts.Symbol): boolean => (symbol.flags & ts.SymbolFlags.Optional) !== 0;

/** A parameter that a caller may leave out. */
function isFreeParameter({ valueDeclaration: declared }: ts.Symbol): boolean {
  if (declared === undefined || !ts.isParameter(declared)) return false;
  return [declared.questionToken, declared.initializer, declared.dotDotDotToken].some((part) => part !== undefined);
}
