import { headerParameters } from "./header-parameters.ts";

/** The target of the first link with this relation. @see https://www.rfc-editor.org/rfc/rfc8288#section-3 */
export function linkTarget(header: string, rel: string): string | undefined {
  const link = /\s*<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)\s*(?:,|$)/y;
  const text = header.slice(0, 8192);
  for (let match = link.exec(text); match !== null && match[0] !== ""; match = link.exec(text)) {
    const parameters = headerParameters(match[2]!);
    const relations = parameters.find(([name]) => name === "rel")?.[1];
    // An anchor says that the link is about another resource.
    if (parameters.some(([name]) => name === "anchor")) continue;
    if (relations?.toLowerCase().split(/\s+/).includes(rel.toLowerCase())) return match[1];
  }
  return undefined;
}
