import { posix } from "node:path";
import { ts } from "ts-morph";
import type { BoundVersion } from "./bound-versions.ts";
import type { FoundSite } from "./found-site.ts";
import type { Consumer } from "./impact.ts";
import type { FieldUse, PackageUsage, UsageFile } from "./usage-file.ts";

/** All that a consumer uses; its places as paths below `root`. */
export function usageFileOf({ programs }: Consumer, consumer: string, root: string): UsageFile {
  const packages = new Map<string, Collected>();
  for (const { usages } of programs) {
    for (const version of usages.versions) {
      const { provider, version: label } = version.bindings;
      const key = `${provider}@${label}`;
      if (!packages.has(key)) packages.set(key, startOf(version));
    }
    for (const site of usages.sites) {
      const { provider, version } = site.of.bindings;
      add(packages.get(`${provider}@${version}`)!, site, root);
    }
  }
  return {
    schemaVersion: 1,
    consumer,
    packages: [...packages.values()].map(({ usage }) => usage),
  };
}

interface Collected {
  readonly usage: PackageUsage & {
    readonly operations: Record<string, { readonly pointer: string; readonly calls: string[] }>;
    readonly fields: Record<string, FieldUse[]>;
  };
  readonly keys: ReadonlyMap<string, string>;
}

function startOf({ bindings }: BoundVersion): Collected {
  const { provider, version, operations } = bindings;
  return {
    usage: { provider, version, operations: Object.create(null), fields: Object.create(null) },
    keys: new Map(Object.values(operations).map(({ operation, pointer }) => [pointer, operation])),
  };
}

function add({ usage, keys }: Collected, site: FoundSite, root: string): void {
  const { line, character } = site.file.getLineAndCharacterOfPosition(site.start);
  const at = `${posix.relative(root, site.file.fileName)}:${line + 1}:${character + 1}`;
  const key = keys.get(site.pointer);
  if (key !== undefined) {
    usage.operations[key] ??= { pointer: site.pointer, calls: [] };
    usage.operations[key].calls.push(at);
    return;
  }
  usage.fields[site.pointer] ??= [];
  usage.fields[site.pointer]!.push({
    how: site.how,
    ...(isListed(site) ? { value: site.value } : {}),
    ...(site.held ? { held: true } : {}),
    at,
  });
}

/** Other values are the consumer's own text. */
function isListed({ value, declaration }: FoundSite): boolean {
  if (typeof value !== "string" && typeof value !== "number") return value !== undefined;
  const isValue = (node: ts.Node): boolean => ts.isLiteralExpression(node) && node.text === String(value);
  const visit = (node: ts.Node): true | undefined => (isValue(node) || ts.forEachChild(node, visit) ? true : undefined);
  return visit(declaration) === true;
}
