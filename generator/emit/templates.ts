/** Markdown from this project's own Handlebars templates. Text that is put in must already be Markdown. */
import { readFileSync } from "node:fs";
import Handlebars from "handlebars";

export type Template = "api" | "readme";

// A fresh instance: no helper or partial that anybody else registers can be reached.
const handlebars = Handlebars.create();
const compiled = new Map<Template, HandlebarsTemplateDelegate<unknown>>();

/** Fills a template. Missing values are an error; nothing is escaped here. */
export function renderTemplate(name: Template, values: object): string {
  let template = compiled.get(name);
  if (template === undefined) {
    const source = readFileSync(new URL(`./templates/${name}.hbs`, import.meta.url), "utf8");
    template = handlebars.compile(source, {
      noEscape: true,
      strict: true,
      knownHelpersOnly: true,
      preventIndent: true,
    });
    compiled.set(name, template);
  }
  return `${template(values).trimEnd()}\n`;
}
