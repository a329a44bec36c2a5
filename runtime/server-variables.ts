import type { Connector } from "./descriptor.ts";
import { label } from "./origin.ts";
import { printable } from "./printable.ts";

/** Replaces the variables of a URL template: a feature that generated code names. */
export type TemplateFiller = (
  connector: Connector,
  template: string,
  given: Readonly<Record<string, string | undefined>>,
) => string;

const variable = /\{([^{}]*)\}/g;

/** Fills the variables of the connector into a URL template. Throws a TypeError for a value that is missing or does not fit. */
export const serverVariables: TemplateFiller = (connector, template, given) =>
  template.replace(variable, (whole: string, name: string, offset: number) => {
    const rule = Object.hasOwn(connector.serverVariables, name) ? connector.serverVariables[name] : undefined;
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? rule?.default;
    const called = `Server variable "${printable(name)}" of ${label(connector)}`;
    if (value === undefined) {
      throw new TypeError(
        `${called} has no value: give createClient({ serverVariables: { ${printable(name)}: "…" } }).`,
      );
    }
    if (rule?.enum !== undefined && !rule.enum.includes(value)) {
      throw new TypeError(`${called} must be one of ${rule.enum.map((item) => `"${printable(item)}"`).join(", ")}.`);
    }
    if (
      rule?.pattern !== undefined &&
      !(value.length <= 2048 && new RegExp(`^(?:${rule.pattern})$`, "u").test(value))
    ) {
      throw new TypeError(`${called} does not match ${printable(rule.pattern)}.`);
    }
    if (!fits(value, template.slice(0, offset), template.slice(offset + whole.length))) {
      throw new TypeError(`${called} has a value that would change the structure of the server's URL.`);
    }
    return value;
  });

/** Whether a value stays inside the part of the URL in which its variable stands. */
function fits(value: string, before: string, after: string): boolean {
  if (!before.includes("://")) {
    if (after.startsWith("://")) return value === "https" || value === "http";
    // A variable for the whole URL: checked when the filled URL is parsed.
    return before === "" && /^https?:\/\/[A-Za-z0-9.-]+(?::\d+)?(?:\/[\w.~%/-]*)?$/.test(value);
  }
  const inAuthority = !before.slice(before.indexOf("://") + 3).includes("/");
  if (!inAuthority) return /^[\w.~/-]*$/.test(value) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(value);
  const alone = before.endsWith("://") && (after === "" || after.startsWith("/"));
  return alone ? /^[A-Za-z0-9.-]+(?::\d+)?$/.test(value) : /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value);
}
