/** Findings as one SARIF 2.1.0 document, for code scanning. */
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { codes } from "./codes.ts";
import type { Diagnostic } from "./errors.ts";
import { isInFile, toVisible } from "./report.ts";

/** Paths as URI references; a colon in the first segment would read as a scheme. */
export function toUri(file: string): string {
  return toWellFormed(file).split("/").map(encodeURIComponent).join("/");
}

/** Halves of characters cannot be encoded. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

function toResult(finding: Diagnostic): SarifResultBuilder {
  const { code, severity, file, line, column, excerpt, message, fix } = finding;
  const physicalLocation = {
    artifactLocation: { uri: toUri(file) },
    region: {
      startLine: line,
      startColumn: column,
      ...(excerpt === undefined ? {} : { endColumn: column + excerpt.length }),
    },
  };
  return new SarifResultBuilder({
    ruleId: code,
    level: severity,
    message: { text: toVisible(message) + (fix === undefined ? "" : `\nfix: ${toVisible(fix)}`) },
    ...(isInFile(finding) ? { locations: [{ physicalLocation }] } : {}),
  });
}

/** `findings` sorted and each once; `version` of the tool. */
export function toSarif(findings: readonly Diagnostic[], version: string): string {
  const run = new SarifRunBuilder({ columnKind: "utf16CodeUnits" });
  run.initSimple({ toolDriverName: "couplet", toolDriverVersion: version });
  for (const code of [...new Set(findings.map((finding) => finding.code))].sort())
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId: code, shortDescriptionText: codes[code] ?? code }));
  for (const finding of findings) run.addResult(toResult(finding));
  const log = new SarifBuilder();
  log.addRun(run);
  // Not `buildSarifJsonString`: it throws on a word that a document may well contain.
  return JSON.stringify(log.buildSarifOutput(), null, 2);
}
