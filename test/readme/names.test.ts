/** What the runtime's guide lists is all that there is, read from the types themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./pages.ts";

const guide = readFileSync(join(root, "runtime/README.md"), "utf8");

/** What stands between two texts, of which both have to be there. */
function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from + start.length);
  if (from === -1 || to === -1) throw new Error(`no text from ${start} to ${end}`);
  return text.slice(from, to);
}

const source = (path: string): string => readFileSync(join(root, "runtime", path), "utf8");
const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name!);
const members = (path: string, type: string): string[] =>
  found(between(source(path), `interface ${type} `, "\n}"), /^ {2}(?:readonly )?(\w+)\??:/gm);
const section = (heading: string): string => between(guide, `\n## ${heading}\n`, "\n## ");

test.each([
  ["options of a client", section("A client"), members("connection.ts", "BaseClientOptions"), "`"],
  ["options of a call", section("A call"), members("operation.ts", "CallOptions"), "`"],
  ["what meta tells", section("A call"), members("operation.ts", "CallMeta"), "`"],
  ["hooks", section("Telemetry"), members("telemetry.ts", "TelemetryEvents"), "`"],
  ["log lines", section("Telemetry"), found(source("log-to.ts"), /^ {4}\| "([\w.]+)"/gm), "`"],
  ["metrics", section("Telemetry"), found(source("otel-metrics.ts"), /"couplet\.client([\w.]+)"/g), ""],
  ["errors", section("Errors"), found(source("errors.ts"), /^export class (\w+Error)\b/gm), ""],
  ["imports", between(guide, "| import |", "\n## "), found(source("package.json"), /^ {4}"\.\/([\w/]+)": \{/gm), ""],
])("%s are all told", (_, told, names, quote) => {
  expect(names.length).toBeGreaterThan(6);
  expect(names.filter((name) => !told.includes(`${quote}${name}${quote}`))).toEqual([]);
});
