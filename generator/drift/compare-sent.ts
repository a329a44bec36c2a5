import { toToken } from "../json-pointer.ts";
import type { SpecOperation } from "../model.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ComparisonContext, TellPlaced } from "./comparison-context.ts";
import type { OperationReference } from "./finding.ts";

/**
 * Requests that the provider sends: webhooks and callbacks. Their bodies are values that we are given, and their
 * responses values that we send.
 */
export function compareSent(
  context: ComparisonContext,
  base: readonly SpecOperation[],
  revision: readonly SpecOperation[],
  what: "webhook" | "callback",
  holder?: OperationReference,
): void {
  const keyOf = ({ method, path }: SpecOperation): string => `${method} ${path}`;
  const old = new Map(base.map((operation) => [keyOf(operation), operation]));
  const now = new Map(revision.map((operation) => [keyOf(operation), operation]));
  const tell = (operation: SpecOperation, edit: Omit<TellPlaced, "subject" | "direction">): void => {
    const subject = `${what} ${JSON.stringify(operation.path)}`;
    context.tell({ ...edit, subject, direction: "response" }, holder ?? context.reference(operation, "base"));
  };
  for (const [key, operation] of old) {
    const found = now.get(key);
    if (found) compareOne(context, operation, found, holder, (edit) => tell(operation, edit));
    else
      tell(operation, {
        name: `${what}-removed`,
        effect: "narrow",
        base: operation.pointer,
        says: "is no longer sent",
      });
  }
  for (const [key, operation] of now) {
    if (old.has(key)) continue;
    tell(operation, { name: `${what}-added`, effect: "widen", revision: operation.pointer, says: "is sent" });
  }
}

function compareOne(
  context: ComparisonContext,
  old: SpecOperation,
  now: SpecOperation,
  holder: OperationReference | undefined,
  tell: (edit: Omit<TellPlaced, "subject" | "direction">) => void,
): void {
  const pointers = { base: old.pointer, revision: now.pointer };
  const operation = holder ?? context.reference(old, "base");
  const media = new Map(now.requestBody?.content.map((one) => [one.contentType, one]));
  for (const before of old.requestBody?.content ?? []) {
    const after = media.get(before.contentType);
    const at = `/requestBody/content/${toToken(before.contentType)}/schema`;
    if (!before.schema || !after?.schema) continue;
    context.schemas.addRoot(
      { schema: before.schema, pointer: old.pointer + at },
      { schema: after.schema, pointer: now.pointer + at },
      "response",
      { operation, label: `${old.path} body` },
    );
  }
  const [before, after] = [frame(old), frame(now)];
  if (before === after) return;
  tell({
    name: "sent-request-changed",
    effect: "unknown",
    ...pointers,
    before,
    after,
    says: "is sent in another form",
  });
}

/** All but the schemas of the body. */
function frame({ requestBody, parameters, responses }: SpecOperation): string {
  return canonicalJson({
    required: requestBody?.required,
    content: requestBody?.content.map(({ contentType, schema }) => [contentType, schema !== undefined]),
    parameters: parameters.map((parameter) => [parameter.in, parameter.name, parameter.required]).sort(),
    responses: responses.map(({ status, content }) => [status, content.map(({ contentType }) => contentType)]).sort(),
  });
}
