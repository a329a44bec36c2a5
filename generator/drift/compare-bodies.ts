import { compareContent } from "./compare-content.ts";
import type { ComparisonContext, OperationPair, TellPlaced } from "./comparison-context.ts";

/** The request body: whether there is one, whether it must be sent, and as what. */
export function compareBody(context: ComparisonContext, { base, revision, reference }: OperationPair): void {
  const [old, now] = [base.requestBody, revision.requestBody];
  const pointers = { base: `${base.pointer}/requestBody`, revision: `${revision.pointer}/requestBody` };
  const given = { ...(old ? { base: pointers.base } : {}), ...(now ? { revision: pointers.revision } : {}) };
  const tell = (edit: Omit<TellPlaced, "direction" | "subject" | "base" | "revision" | "at">): void =>
    context.tell({ ...edit, ...given, direction: "request", subject: "request body", at: "body" }, reference);
  if (!old && !now) return;
  if (!old) {
    const [name, effect] = now?.required
      ? (["required-body-added", "narrow"] as const)
      : (["body-added", "widen"] as const);
    tell({ name, effect, says: now?.required ? "is new and required" : "is new" });
    return;
  }
  if (!now) {
    tell({ name: "body-removed", effect: "narrow", says: "is gone" });
    return;
  }
  if (old.required !== now.required) {
    const told = { before: old.required, after: now.required };
    if (now.required) tell({ name: "body-became-required", effect: "narrow", ...told, says: "is required" });
    else tell({ name: "body-became-optional", effect: "widen", ...told, says: "is no longer required" });
  }
  const place = { operation: reference, direction: "request", subject: "request body", ...pointers } as const;
  compareContent(context, place, old.content, now.content);
}
