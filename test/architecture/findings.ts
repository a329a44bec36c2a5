import { type Layer, layers } from "./layers.ts";
import type { Import, SourceTree } from "./source-tree.ts";

const providerNames =
  /(?<![a-z0-9])(stripe|shopify|shippo|klaviyo|adyen|paypal)(?![a-z0-9])|segment\.(io|com)|@connectors\/segment/i;
const writers = ["writeFile", "writeFileSync", "appendFile", "rm", "rmSync", "rename", "mkdir", "mkdirSync", "unlink"];

/** Imports that go against the layers. */
export function findForbiddenImports(tree: SourceTree): string[] {
  const findings: string[] = [];
  for (const [path, file] of tree) {
    const layer = layerOf(path);
    if (layer === undefined) {
      findings.push(`${path}: belongs to no layer. Move it, or give it a layer in test/architecture/layers.ts`);
      continue;
    }
    for (const one of file.imports) {
      const problem =
        one.target === undefined ? checkPackage(layer, one) : checkTarget(tree, layer, path, one.target, one);
      if (problem !== undefined) findings.push(`${path}:${one.line}: ${problem}`);
    }
  }
  return findings;
}

function layerOf(path: string): Layer | undefined {
  return layers.find((layer) => layer.files.test(path));
}

function checkPackage(layer: Layer, { specifier, kind }: Import): string | undefined {
  if (allows(layer.packages, specifier)) return undefined;
  const typeOnly = allows(layer.typePackages ?? [], specifier);
  if (typeOnly && kind === "type") return undefined;
  if (typeOnly) return `imports ${specifier} by value; ${layer.name} may only \`import type\` from it`;
  const allowed = [...layer.packages, ...(layer.typePackages ?? [])].join(", ") || "no package";
  return `imports ${specifier}; ${layer.name} may import ${allowed}. Pass in what is needed from above`;
}

function checkTarget(tree: SourceTree, layer: Layer, path: string, target: string, one: Import): string | undefined {
  const within = layer.within ? layer.files.exec(path)?.[1] : undefined;
  if (within !== undefined && !target.startsWith(within)) return `imports ${target}, outside of its version's folder`;
  if (/\.(json|hbs)$/.test(target)) return undefined;
  if (!tree.has(target) && layer.name !== "test") {
    return `imports ${target}, which is not there (write the path with its .ts extension)`;
  }
  const other = layerOf(target);
  if (other === undefined || other === layer || allows(layer.imports, other.name)) return undefined;
  const allowed = layer.imports.join(", ") || "nothing outside of itself";
  return `imports ${one.specifier} (${other.name}); ${layer.name} may import ${allowed}. Move what both need further down, or hand it over from the caller`;
}

function allows(names: readonly string[], name: string): boolean {
  return names.some((one) => one === "*" || one === name || name.startsWith(/[:/]$/.test(one) ? one : `${one}/`));
}

/** Packages that a workspace imports though its own package.json does not name them. */
export function findUndeclaredPackages(
  tree: SourceTree,
  declared: Readonly<Record<string, readonly string[]>>,
): string[] {
  return [...tree].flatMap(([path, file]) => {
    const names = declared[path.split("/")[0] ?? ""];
    if (names === undefined) return [];
    return file.imports.flatMap(({ specifier, target, line }) => {
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      if (target !== undefined || specifier.startsWith("node:") || names.includes(name)) return [];
      return [`${path}:${line}: imports ${name}, which its package.json does not declare; a hoisted copy may vanish`];
    });
  });
}

/** Circles of value imports, each told once. */
export function findCycles(tree: SourceTree): string[] {
  const findings: string[] = [];
  const done = new Set<string>();
  function visit(path: string, trail: readonly string[]): void {
    const at = trail.indexOf(path);
    if (at !== -1) {
      const circle = [...trail.slice(at), path].join(" -> ");
      findings.push(`${circle}: value imports run in a circle. Use \`import type\`, or move the shared part down`);
      return;
    }
    if (done.has(path)) return;
    done.add(path);
    for (const one of tree.get(path)?.imports ?? []) {
      if (one.kind === "value" && one.target !== undefined) visit(one.target, [...trail, path]);
    }
  }
  for (const path of tree.keys()) visit(path, []);
  return findings;
}

/** Default exports. */
export function findDefaultExports(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, file]) => {
    if (file.defaultExport === undefined) return [];
    return [`${path}:${file.defaultExport}: exports a default. Export it by name`];
  });
}

/** Hand-written files of more than 400 lines. */
export function findLongFiles(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, file]) => {
    if (path.startsWith("generated/") || file.lines <= 400) return [];
    return [`${path}: ${file.lines} lines, more than 400. Split it by concept, one main export a file`];
  });
}

/** Providers named in code that must not know any. */
export function findProviderNames(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, file]) => {
    if (!/^(generator|runtime)\//.test(path)) return [];
    return file.text.split("\n").flatMap((line, index) => {
      const name = providerNames.exec(line)?.[0];
      return name === undefined
        ? []
        : [`${path}:${index + 1}: names ${name}. A difference between providers is a field of the policy`];
    });
  });
}

/** The writers: of generated files, of a provider's new documents, and of what `update` replaces together. */
const mayWrite = ["generator/workspace.ts", "generator/vendor.ts", "generator/replace-together.ts"];

/** Files of the generator that write, or reach for the process, though they are not the ones that may. */
export function findSideEffects(tree: SourceTree): string[] {
  const findings: string[] = [];
  for (const [path, file] of tree) {
    if (!path.startsWith("generator/")) continue;
    const reads = file.imports.some((one) => /^node:fs(\/promises)?$/.test(one.specifier));
    const writer = new RegExp(`\\b(${writers.join("|")})\\(`).exec(file.text)?.[1];
    if (reads && writer !== undefined && !mayWrite.includes(path)) {
      findings.push(`${path}: calls ${writer}. Only ${mayWrite.join(" and ")} write`);
    }
    const used = /\bprocess\.(argv|exitCode|exit\()/.exec(file.text)?.[0];
    if (used !== undefined && !["generator/cli.ts", "generator/bin.js"].includes(path)) {
      findings.push(`${path}: uses ${used}. Only generator/cli.ts knows arguments and exit codes`);
    }
  }
  return findings;
}

/**
 * What one file knows: how a JSON Pointer is escaped, how a fingerprint is made. The contract suite judges what the rest
 * of the runtime sends and shares nothing with it.
 */
const onePlace: readonly (readonly [what: RegExp, where: RegExp])[] = [
  [/"~[01]"/, /^(generator\/json-pointer|runtime\/(json-numbers|contract\/document))\.ts$/],
  [/\.slice\(0, 16\)/, /^generator\/drift\/fingerprint\.ts$/],
];

export function findSecondPlaces(tree: SourceTree): string[] {
  return [...tree]
    .filter(([path]) => /^(generator|runtime)\//.test(path))
    .flatMap(([path, { text }]) =>
      onePlace.flatMap(([what, where]) => {
        const found = where.test(path) ? undefined : what.exec(text)?.[0];
        return found === undefined ? [] : [`${path}: ${found} has its place in ${where.source}; import it from there`];
      }),
    );
}
