/** P605: answers of one credential must not be given to another. */
import type { SpecOperation } from "../model.ts";
import { leafAt, listAt, type Node } from "./layers.ts";
import type { Planning } from "./planning.ts";

export function checkCache(planning: Planning, operation: SpecOperation, tree: Node, authenticated: boolean): void {
  const key = leafAt(tree, "cache", "key");
  const parts = listAt(key);
  if (key === undefined || parts === undefined || !authenticated || parts.includes("credential")) return;
  planning.findings.addFor(
    operation.operationId ?? operation.key,
    { path: key.path },
    {
      code: "P605",
      message: "without `credential` in the key one caller gets the answers of another, for {operations}",
      fix: `write \`key: [${["credential", ...parts].join(", ")}]\``,
    },
  );
}
