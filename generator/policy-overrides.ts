/** Values that a policy gives in place of what the document would give by itself. */
import type { ApiDocument, PolicyPlan } from "./model.ts";
import { entriesAt, leafAt, textAt } from "./plan/layers.ts";
import { planOperationNames } from "./plan/operation-names.ts";
import { operationIndex } from "./plan/policy-names.ts";
import { rootsOf, topTree } from "./plan/policy-stack.ts";
import type { PolicyPath, PolicySource } from "./policy-model.ts";

export interface PolicyOverride {
  /** Path of the value in the policy, such as `names.operations.listLists`. */
  readonly name: string;
  readonly path: PolicyPath;
  readonly policy: string;
  /** Without the entry. */
  readonly document: string;
  /** A name is chosen so that it stays, whatever the document says next. */
  readonly isName: boolean;
}

/** Names of methods, and the server that is called unless another is chosen. */
export function policyOverrides(
  source: PolicySource,
  { document, policy }: { readonly document: ApiDocument; readonly policy: PolicyPlan },
  version: string,
): PolicyOverride[] {
  const top = topTree(rootsOf(source, version));
  const found: PolicyOverride[] = [];
  const without: PolicyPlan = { ...policy, names: { ...policy.names, operations: new Map() } };
  const own = planOperationNames(document, without, new Map());
  const index = operationIndex(document.operations);
  for (const [id, node] of entriesAt(top, "names", "operations")) {
    const written = textAt(node);
    const operation = index.get(id)?.[0];
    const name = operation === undefined ? undefined : own.get(operation.key);
    if (written === undefined || name === undefined) continue;
    const given = `${name.namespace}.${name.method}`;
    found.push({ name: `names.operations.${id}`, path: node.path, policy: written, document: given, isName: true });
  }
  const servers = entriesAt(top, "servers");
  const [server] = servers.filter(([, node]) => servers.length === 1 || leafAt(node, "default")?.value === true);
  const url = server === undefined ? undefined : leafAt(server[1], "url");
  const documented = document.servers[0]?.url;
  if (typeof url?.value === "string" && documented !== undefined)
    found.push({
      name: `servers.${server![0]}.url`,
      path: url.path,
      policy: trim(url.value),
      document: trim(documented),
      isName: false,
    });
  return found;
}

const trim = (url: string): string => url.replace(/\/$/, "");
