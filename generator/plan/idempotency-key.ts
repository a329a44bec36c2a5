/** The key that a policy has the client send: where it goes, and whether the document knows that place. */
import type { IdempotencyPolicy } from "@couplet/runtime/codegen/v1";
import { policyFeature, type SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { defaultKey } from "../policy-defaults.ts";
import type { PolicyPath } from "../policy-model.ts";
import { parseJsonPointer } from "./expression.ts";
import { headerNameProblem, isReservedHeader } from "./header-syntax.ts";
import { at, isNone, leafAt, type Node, numberAt, textAt } from "./layers.ts";
import type { Planning } from "./planning.ts";
import { lookUp } from "./schema-pointer.ts";

const uuidLength = 36;

export function planKey(
  planning: Planning,
  operation: SpecOperation,
  block: Node,
  name: string,
): IdempotencyPolicy["key"] {
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
  const path = where === "body" ? bodyPath(planning, key, place) : [key];
  if (path === undefined) return undefined;
  if (leafAt(written, "undocumented")?.value !== true) checkDocumented(planning, operation, where, path, place, name);
  return {
    in: where,
    name: key,
    generate: "uuid4",
    maxLength,
    ...(where === "body" ? { put: policyFeature("bodyKey"), path } : {}),
  };
}

/** The property of a body that a name means: one of its own, or as a JSON Pointer one that is deeper. */
export function bodyPath(
  planning: Planning,
  name: string,
  place: { readonly path: PolicyPath },
): readonly string[] | undefined {
  if (!/^#?\//.test(name)) return [name];
  const path = parseJsonPointer(name);
  if (path !== undefined) return path;
  planning.findings.add(place, {
    code: "P003",
    message: `\`${name}\` is not a JSON Pointer`,
    fix: `write \`/${name.replace(/^[#/]+/, "")}\`, or the name of a property`,
  });
  return undefined;
}

/** P405. `path`: the name of a header, or where a property stands. */
export function checkDocumented(
  planning: Planning,
  operation: SpecOperation,
  where: "header" | "body",
  path: readonly string[],
  place: { readonly path: PolicyPath },
  name: string,
): void {
  const key = path.length === 1 ? path.join() : `/${path.join("/")}`;
  const schemas = operation.requestBody?.content.flatMap((media) => media.schema ?? []) ?? [];
  const headers = operation.parameters.filter((parameter) => parameter.in === "header").map((one) => one.name);
  const known =
    where === "header"
      ? headers.some((header) => header.toLowerCase() === key.toLowerCase())
      : schemas.length > 0 && lookUp(planning.document, schemas, path).kind !== "absent";
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
