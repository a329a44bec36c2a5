/** HTML in which every text is escaped but what this tag made itself. */
import { toVisible } from "../../report.ts";
import { segmentsOf } from "./segments.ts";

export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

function escapeText(text: string): string {
  return toVisible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function print(part: Part): string {
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return "html" in part ? part.html : part.map((one) => one.html).join("");
}

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + (index < parts.length ? print(parts[index]!) : "")).join("") };
}

export const nothing: Html = { html: "" };

/** Words of a message: what stands between backticks is code. */
export function words(text: string): Html {
  const parts = segmentsOf(text).map((one) =>
    one.kind === "code" ? html`<code>${one.text}</code>` : html`${one.text}`,
  );
  return html`${parts}`;
}
