/** The workflows of README: valid YAML, and no command or flag that couplet does not have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectRoot, runIn } from "../explain/run-in-project.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const section = readme.slice(readme.indexOf("## Staying in step"), readme.indexOf("\n## The policy"));
const blocks = (language: string): string[] =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1]!);

/** Every text below a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** `couplet diff … --format github`, one a row, without comments. */
const commands = [...blocks("yaml").flatMap((text) => textsOf(parse(text))), ...blocks("sh")]
  .flatMap((text) => text.split("\n"))
  .flatMap((line) => /npx (couplet [^#|;]*)/.exec(line)?.[1]?.trim() ?? []);

test("are found", () => {
  expect(blocks("yaml")).toHaveLength(3);
  expect(commands.length).toBeGreaterThan(8);
});

test.each(commands)("%s", async (command) => {
  const words = command.split(/\s+/).slice(1);
  const group = words[0] === "drift" ? words.slice(0, 2) : words.slice(0, 1);
  const { code, out } = await runIn(projectRoot, ...group, "--help");
  expect([code, out]).toEqual([0, expect.stringContaining(`Usage: couplet ${group.join(" ")} `)]);
  for (const flag of words.filter((word) => word.startsWith("--")))
    expect(out).toMatch(new RegExp(`^ +${flag}[ ,]`, "m"));
  for (const format of words.flatMap((word, index) => (words[index - 1] === "--format" ? [word.split("=")[0]!] : [])))
    expect(out).toContain(format);
});

test("no expression of a workflow stands inside a script", () => {
  for (const text of blocks("yaml")) {
    const steps = textsOf(parse(text)).filter((one) => one.includes("npx couplet") || one.includes("gh api"));
    for (const script of steps) expect(script).not.toContain("${{");
  }
});
