/** The class of an operation, its idempotency key, and whether what is retried may be retried. */
import type { IdempotencyPolicy, OperationClass, RetryPolicy, TimeoutPolicy } from "@couplet/runtime/codegen/v1";
import type { SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { defaultClass, defaultKey, keyedMethods } from "../policy-defaults.ts";
import { headerNameProblem, isReservedHeader } from "./header-syntax.ts";
import { at, isNone, leafAt, listAt, type Node, numberAt, textAt } from "./layers.ts";
import { conditionAt, durationAt, type Planning, pointerAt } from "./planning.ts";
import { lookUp } from "./schema-pointer.ts";

const strength: Readonly<Record<OperationClass, number>> = { unsafe: 0, keyed: 0, idempotent: 1, safe: 2 };
const uuidLength = 36;

/** Whether the written block speaks about this method. `methods` of a more specific layer, or the same, decides. */
export function covers(operation: SpecOperation, block: Node): boolean {
  const written = leafAt(block, "class");
  const methods = leafAt(block, "methods");
  if (written && methods && methods.layer.rank >= written.layer.rank)
    return (methods.value as readonly string[]).includes(operation.method.toUpperCase());
  if (written?.value !== "keyed" || written.layer.kind === "operations") return true;
  return keyedMethods.includes(operation.method);
}

function planKey(planning: Planning, operation: SpecOperation, block: Node, name: string): IdempotencyPolicy["key"] {
  const written = at(block, "key");
  if (written === undefined || isNone(written)) return undefined;
  const key = textAt(written, "name");
  const place = { path: leafAt(written, "name")?.path ?? written.path };
  if (key === undefined) {
    planning.findings.add(place, {
      code: "P003",
      message: "`idempotency.key` lacks `name`",
      fix: "add the name of the header or body property",
    });
    return undefined;
  }
  const where = (textAt(written, "in") ?? defaultKey.in) as "header" | "body";
  const maxLength = numberAt(written, "maxLength") ?? defaultKey.maxLength;
  if (maxLength < uuidLength)
    planning.findings.add(
      { path: leafAt(written, "maxLength")?.path ?? written.path },
      {
        code: "P405",
        message: `a UUID has ${uuidLength} characters, the provider takes ${maxLength}`,
        fix: "check the provider's limit",
      },
    );
  const problem = where === "header" ? headerNameProblem(key) : undefined;
  if (problem || (where === "header" && (isReservedHeader(key) || /^(?:proxy-)?authorization$|^cookie$/i.test(key)))) {
    planning.findings.add(place, {
      code: "P003",
      message: problem ?? `\`${key}\` cannot carry a key`,
      fix: "write the name of the provider's header",
    });
    return undefined;
  }
  if (leafAt(written, "undocumented")?.value !== true) checkDocumented(planning, operation, where, key, place, name);
  return { in: where, name: key, generate: "uuid4", maxLength };
}

function checkDocumented(
  planning: Planning,
  operation: SpecOperation,
  where: "header" | "body",
  key: string,
  place: { readonly path: readonly (string | number)[] },
  name: string,
): void {
  const schemas = operation.requestBody?.content.flatMap((media) => media.schema ?? []) ?? [];
  const headers = operation.parameters.filter((parameter) => parameter.in === "header").map((one) => one.name);
  const known =
    where === "header"
      ? headers.some((header) => header.toLowerCase() === key.toLowerCase())
      : schemas.length > 0 && lookUp(planning.document, schemas, [key]).kind !== "absent";
  if (known) return;
  const near = where === "header" ? nearest(key, headers) : undefined;
  planning.findings.addFor(name, place, {
    code: "P405",
    message: `the document declares no ${where === "header" ? "header" : "body property"} \`${key}\` for {operations}`,
    fix: near
      ? `the document has \`${near}\``
      : "add `undocumented: true` to the key if the provider is known to honour it",
  });
}

export function planIdempotency(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  timeouts: TimeoutPolicy,
): IdempotencyPolicy {
  const block = at(tree, "idempotency");
  const usual = defaultClass(operation.method);
  if (block === undefined || !covers(operation, block)) return { class: usual };
  const name = operation.operationId ?? operation.key;
  const leaf = leafAt(block, "class");
  const written = (leaf?.value ??
    (at(block, "key") && !isNone(at(block, "key")) && usual === "unsafe" ? "keyed" : usual)) as OperationClass;
  if (leaf && strength[written] > strength[usual] && textAt(block, "because") === undefined)
    planning.findings.addFor(
      name,
      { path: leaf.path },
      {
        code: "P403",
        message: `\`${written}\` promises more than ${operation.method.toUpperCase()} does by itself, for {operations}`,
        fix: 'add `because: "…"` with the reason, or declare `idempotency.key`',
      },
    );
  if (written !== "keyed") return { class: written };

  const key = planKey(planning, operation, block, name);
  if (key === undefined && (at(block, "key") === undefined || isNone(at(block, "key"))))
    planning.findings.addFor(
      name,
      { path: leaf?.path ?? block.path },
      {
        code: "P401",
        message: "`keyed` without a key would repeat effects, for {operations}",
        fix: "add `key: { in: header, name: …, generate: uuid4, maxLength: … }`, or write `class: unsafe`",
      },
    );
  const retention = durationAt(block, "retention");
  if (retention !== undefined && timeouts.deadline >= retention)
    planning.findings.addFor(
      name,
      { path: leafAt(block, "retention")!.path },
      {
        code: "P404",
        message: `the deadline of ${timeouts.deadline / 1000}s outlasts the key: a retry after the provider forgot it is a second effect, for {operations}`,
        fix: "write a `timeouts.deadline` below `idempotency.retention`",
      },
    );
  const inFlight = conditionAt(planning, block, "inFlight", "when");
  const mismatch = conditionAt(planning, block, "mismatch", "when");
  const replayed = pointerAt(planning, block, "replayed");
  return {
    class: "keyed",
    ...(key === undefined ? {} : { key }),
    ...(retention === undefined ? {} : { retention }),
    ...(leafAt(block, "replaysErrors")?.value === true ? { replaysErrors: true as const } : {}),
    ...(inFlight === undefined ? {} : { inFlight }),
    ...(mismatch === undefined ? {} : { mismatch }),
    ...(replayed === undefined ? {} : { replayed }),
  };
}

/** P401: whoever asks for retries of ambiguous failures must make them harmless first. */
export function checkRetrySafety(
  planning: Planning,
  operation: SpecOperation,
  tree: Node,
  idempotency: IdempotencyPolicy,
  retry: RetryPolicy,
): void {
  if (idempotency.class !== "unsafe" || retry.maxAttempts === 1) return;
  const on = leafAt(tree, "retry", "on");
  const trust = leafAt(tree, "retry", "advice", "trust");
  const name = operation.operationId ?? operation.key;
  const fix =
    "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or write `on: [rejected]`";
  if (on && listAt(on)?.includes("ambiguous"))
    planning.findings.addFor(
      name,
      { path: on.path },
      {
        code: "P401",
        message:
          "ambiguous failures of an unsafe call without a key are retried: it may take effect twice, for {operations}",
        fix,
      },
    );
  if (trust?.value === true)
    planning.findings.addFor(
      name,
      { path: trust.path },
      {
        code: "P401",
        message: "`trust` lets the server's word repeat an unsafe call without a key, for {operations}",
        fix: "declare `idempotency.key`, or `idempotency.class: idempotent` with `because:`, or leave `trust` out",
      },
    );
}
