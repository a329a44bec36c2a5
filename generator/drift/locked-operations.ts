/** How operations of generated versions are called, read from what was generated: no document is loaded for it. */

import { join } from "node:path";
import { fromToken } from "../json-pointer.ts";
import type { Lock } from "../lock.ts";
import { readIfPresent } from "../workspace.ts";
import type { OperationReference } from "./finding.ts";

/** `provider@version` -> operation key -> operation. A version without its `bindings.json` is absent. */
export async function lockedOperations(
  out: string,
  lock: Lock,
): Promise<ReadonlyMap<string, ReadonlyMap<string, OperationReference>>> {
  const known = new Map<string, ReadonlyMap<string, OperationReference>>();
  for (const [provider, { versions }] of Object.entries(lock.providers))
    for (const [version, { deprecations, names }] of Object.entries(versions)) {
      if (Object.keys(deprecations).length === 0) continue;
      const text = await readIfPresent(join(out, provider, version, "bindings.json"));
      if (text !== undefined) known.set(`${provider}@${version}`, read(text, names));
    }
  return known;
}

function read(text: string, names: Readonly<Record<string, string>>): Map<string, OperationReference> {
  const operations = new Map<string, OperationReference>();
  for (const binding of bindingsIn(text)) {
    const { operation: key, pointer } = binding as { operation?: unknown; pointer?: unknown };
    const [, path, method] = /^\/paths\/([^/]*)\/([^/]+)$/.exec(String(pointer)) ?? [];
    if (typeof key !== "string" || path === undefined || method === undefined) continue;
    operations.set(key, {
      key,
      method: method.toUpperCase(),
      path: fromToken(path),
      ...(Object.hasOwn(names, key) ? { clientMethod: names[key]! } : {}),
    });
  }
  return operations;
}

/** A file that was edited into something else is told by the part of `check` that compares files. */
function bindingsIn(text: string): readonly object[] {
  try {
    const { operations } = JSON.parse(text) as { operations?: unknown };
    return Object.values(operations ?? {}).filter((one): one is object => typeof one === "object" && one !== null);
  } catch {
    return [];
  }
}
