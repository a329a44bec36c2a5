/** How an operation is authorised, leaf by leaf; what nobody wrote is the document's word. */
import type { ApiDocument, OperationPolicy } from "../model.ts";
import { leafAt, type Node } from "../plan/layers.ts";
import type { Effective } from "../plan/policy-stack.ts";
import { toAuthBlock, toCredentialsBlock } from "./auth-block.ts";
import { type Explained, type ExplainedLeaf, explainLeaf, flatten } from "./explain-leaf.ts";
import { type Origin, sayingsAt } from "./origin.ts";
import { toJsonPointer } from "./policy-text.ts";

export function authLeaves(subject: Explained, { security }: OperationPolicy, { tree }: Effective): ExplainedLeaf[] {
  const { trace, document, source, operation } = subject;
  const schemes = [...new Set(security.flat())];
  if (schemes.length === 0) {
    const leaf = explainLeaf(source, "auth", "none", sayingsAt(tree, ["auth"]).slice(0, 1));
    return [leafAt(tree, "auth") ? leaf : { ...leaf, origin: documented(document, operation.pointer) }];
  }
  const { connector } = trace.plan;
  const names = [...new Set(schemes.flatMap((name) => connector.auth[name]?.credentials ?? []))].sort();
  const credentials = toCredentialsBlock(connector, schemes);
  return [
    ...schemes.flatMap((name) => schemeLeaves(subject, name, schemes.length > 1, tree.entries.get("auth"))),
    ...names.map((name) => {
      const { env } = credentials[name] as { readonly env?: string };
      const path = ["credentials", name];
      return env === undefined
        ? explainLeaf(source, path.join("."), "given by the application", [])
        : explainLeaf(source, [...path, "env"].join("."), env, sayingsAt(trace.top, [...path, "env"]));
    }),
  ];
}

/** One scheme; among several its name stands in the paths. */
function schemeLeaves(
  { trace, document, source }: Explained,
  name: string,
  several: boolean,
  written: Node | undefined,
): ExplainedLeaf[] {
  const scheme = trace.plan.connector.auth[name];
  if (scheme === undefined) return [];
  const mine = !several || sayingsAt(written, ["scheme"])[0]?.value === name;
  const prefix = several ? `auth.${name}` : "auth";
  return flatten(toAuthBlock(name, scheme, mine ? written : undefined)).map(([keys, value]) => {
    const sayings = mine ? sayingsAt(written, keys) : [];
    const leaf = explainLeaf(source, [prefix, ...keys].join("."), value, sayings);
    const known = keys[0] === "lifecycle" || keys[0] === "clientAuth" || keys[0] === "scopes";
    if (sayings.length > 0 || known) return leaf;
    return { ...leaf, origin: documented(document, toJsonPointer(["components", "securitySchemes", name])) };
  });
}

function documented(document: ApiDocument, pointer: string): Origin {
  const { file, line, column } = document.locate(pointer);
  return { layer: "document", file, line, column };
}
