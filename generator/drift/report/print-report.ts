/** A report in the format that was asked for. Each is loaded only when it is. */
import type { DriftReport } from "../finding.ts";

export const reportFormats = ["text", "json", "sarif", "github", "markdown", "html"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface PrintOptions {
  /** Of text. */
  readonly colour: boolean;
  /** At most so many findings in what people read (text, markdown, html); 0: all. Machines are given all. */
  readonly maxFindings: number;
}

/** The text has no line break at its end. */
export async function printReport(
  report: DriftReport,
  format: ReportFormat,
  { colour, maxFindings }: PrintOptions,
): Promise<string> {
  const print = {
    text: async () => (await import("./text.ts")).toText(report, { colour, maxFindings }),
    json: async () => (await import("./json.ts")).toJsonText(report),
    sarif: async () => (await import("./sarif.ts")).toSarifText(report),
    github: async () => (await import("./github.ts")).toGithubText(report),
    markdown: async () => (await import("./markdown.ts")).toMarkdown(report, maxFindings).trimEnd(),
    html: async () => (await import("./html.ts")).toHtml(report, maxFindings).trimEnd(),
  };
  return print[format]();
}
