/** Where a finding is, in words that a person finds again in a file of approvals: made of nothing but what its fingerprint holds, and the version. */
import { printable } from "../errors.ts";
import type { Finding } from "./finding.ts";

/** `acme@2026-07 GET /orders/{id} /components/schemas/Order/properties/status` */
export function whereOf(finding: Finding): string {
  const { operation, pointer, occurrences } = finding;
  const [first] = occurrences;
  // Of what operations repeat, none is the place: they come and go.
  const place = first?.pointer === undefined ? (pointer.base ?? pointer.revision ?? "") : first.at;
  const parts = [
    scopeOf(finding),
    ...(operation === undefined ? [] : [`${operation.method} ${operation.path}`]),
    place,
  ];
  return printable(parts.filter((part) => part !== "").join(" ")).replace(/\s+/g, " ");
}

/** `acme@2026-07`; empty where documents without a provider were compared. */
function scopeOf({ provider, apiVersion }: Finding): string {
  if (provider === undefined) return "";
  return apiVersion === undefined ? provider : `${provider}@${apiVersion}`;
}

/** The `provider@version` with which a `where` begins. */
export function scopeOfWhere(where: string | undefined): string {
  return /^[a-z0-9][a-z0-9-]*(?:@[a-z0-9][a-z0-9._-]*)?(?= |$)/.exec(where ?? "")?.[0] ?? "";
}
