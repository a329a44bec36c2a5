import type { CapturedRequest } from "./capture.ts";
import { type DocumentOperation, isNode, locate, member, pointerTo } from "./document.ts";
import { splitCookies } from "./wire-pairs.ts";

/**
 * Problems of the credentials of a request: one of the document's alternatives must be met in full.
 * https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function checkCredentials(root: unknown, operation: DocumentOperation, request: CapturedRequest): string[] {
  const alternatives = requirements(root, operation);
  if (alternatives.length === 0) return [];
  const missing = alternatives.map((schemes) => schemes.flatMap((scheme) => missingCredential(root, scheme, request)));
  if (missing.some((problems) => problems.length === 0)) return [];
  return [`credentials: ${[...new Set(missing.flat())].join("; or ")}`];
}

/** Names of query parameters that carry credentials in this document. */
export function credentialQueryNames(root: unknown): string[] {
  const schemes = member(member(root, "components"), "securitySchemes");
  if (!isNode(schemes)) return [];
  return Object.keys(schemes)
    .map((name) => scheme(root, name))
    .filter((node) => member(node, "in") === "query")
    .map((node) => String(member(node, "name")));
}

function requirements(root: unknown, operation: DocumentOperation): string[][] {
  const own = member(operation.node, "security") ?? member(root, "security");
  return Array.isArray(own) ? own.map((alternative) => (isNode(alternative) ? Object.keys(alternative) : [])) : [];
}

function scheme(root: unknown, name: string): Readonly<Record<string, unknown>> {
  return locate(root, pointerTo("/components/securitySchemes", name)).node;
}

function missingCredential(root: unknown, name: string, request: CapturedRequest): string[] {
  const node = scheme(root, name);
  const type = member(node, "type");
  if (type === "mutualTLS") return [];
  if (type === "apiKey") {
    const parameter = String(member(node, "name"));
    const place = String(member(node, "in"));
    return readCredential(request, place, parameter) ? [] : [`${name} needs ${place} parameter ${parameter}`];
  }
  const word = type === "http" ? String(member(node, "scheme")).toLowerCase() : "bearer";
  const [sent = "", value = ""] = (request.headers.get("authorization") ?? "").split(/\s+/);
  if (sent.toLowerCase() !== word || value === "") return [`${name} needs the header Authorization: ${word} ...`];
  return word === "basic" && !isBasic(value) ? [`${name} needs base64 of user:password after Basic`] : [];
}

function readCredential(request: CapturedRequest, place: string, name: string): boolean {
  if (place === "header") return (request.headers.get(name) ?? "") !== "";
  if (place === "query") return (new URL(request.url).searchParams.get(name) ?? "") !== "";
  return splitCookies(request.headers.get("cookie") ?? "").some((pair) => pair.name === name && pair.raw !== "");
}

function isBasic(value: string): boolean {
  try {
    return atob(value).includes(":");
  } catch {
    return false;
  }
}
