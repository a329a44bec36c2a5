/** What changed for a client between two states of one version: documents and policy in force on both sides. */
import { createHash } from "node:crypto";
import type { PlannedVersion } from "../planned-version.ts";
import type { Finding } from "./finding.ts";

export interface VersionIdentity {
  readonly provider: string;
  readonly version: string;
}

/** Until `diffDocuments` is there: anything else than the same bytes is one finding of unknown effect. */
export function diffVersions(base: PlannedVersion, revision: PlannedVersion, of: VersionIdentity): readonly Finding[] {
  if (base.document.sha256 === revision.document.sha256) return [];
  const fingerprint = createHash("sha256").update(revision.document.sha256).digest("hex").slice(0, 16);
  return [
    {
      fingerprint,
      ...{ kind: "upstream", rule: "document-changed", severity: "risky", effect: "unknown", direction: "both" },
      provider: of.provider,
      apiVersion: of.version,
      pointer: { base: "", revision: "" },
      location: { base: base.document.locate(""), revision: revision.document.locate("") },
      message: "the document changed",
      why: "what changed is not known",
      fix: "compare the two",
      occurrences: [],
    },
  ];
}
