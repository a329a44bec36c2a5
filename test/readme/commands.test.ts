/** Commands in the pages: none, and no flag, that is not there; what a page shows of their output is what they print. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectRoot, runIn } from "../generator/explain/run-in-project.ts";
import { blocksOf, pages } from "./pages.ts";

/** Every text below a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const yaml = blocksOf("yaml").map(({ text }) => text);
const workflows = yaml.filter((text) => text.includes("npx couplet"));
const lines = [
  ...workflows.flatMap((text) => textsOf(parse(text)).flatMap((one) => one.split("\n"))),
  ...[...blocksOf("sh"), ...blocksOf("console")].flatMap(({ text }) => text.split("\n")),
  ...pages.flatMap(({ inline }) => inline.map(({ text }) => text)),
];

/** `couplet diff … --format github`, without comments. */
const commands = [
  ...new Set(
    lines.flatMap((line) => /^(?:.*npx (?:--prefix \S+ )?|\$ )?(couplet [a-z][^#|;]*)/.exec(line)?.[1]?.trim() ?? []),
  ),
];
const scripts = [
  ...new Set(lines.flatMap((line) => [...line.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name]) => name!))),
];

describe("couplet", () => {
  test("commands are found", () => {
    expect(workflows).toHaveLength(3);
    expect(commands.length).toBeGreaterThan(35);
  });

  test.each(commands)("%s", async (command) => {
    const words = command.split(/\s+/).slice(1);
    const group = words.slice(0, ["drift", "policy"].includes(words[0]!) ? 2 : 1);
    const { code, out } = await runIn(projectRoot, ...group, "--help");
    expect([code, out]).toEqual([0, expect.stringContaining(`Usage: couplet ${group.join(" ")} `)]);
    for (const flag of words.filter((word) => word.startsWith("--")))
      expect(out).toMatch(new RegExp(`^ +${flag}[ ,]`, "m"));
    for (const format of words.flatMap((word, index) => (words[index - 1] === "--format" ? [word.split("=")[0]!] : [])))
      expect(out).toContain(format);
  });
});

describe("npm", () => {
  const manifest = JSON.parse(readFileSync(`${projectRoot}/package.json`, "utf8")) as { scripts: object };

  test("scripts are found, and are there", () => {
    expect(scripts.length).toBeGreaterThan(10);
    expect(scripts.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  test("the two commands are those that .ci/run runs", () => {
    const [two] = pages[0]!.blocks.filter(({ heading }) => heading === "Two commands");
    expect(two!.text).toMatch(/^npm ci && npm run generate .*\nnpm ci && npm test /);
    expect(readFileSync(`${projectRoot}/.ci/run`, "utf8")).toMatch(
      /^npm ci\n(?:#.*\n)*npm_config_loglevel=silent npm test$/m,
    );
  });
});

const words = (text: string): string => text.trim().replace(/\s+/g, " ");

test.each(blocksOf("console").map((block) => [block.place, block.text] as const))("%s", async (_, text) => {
  const [first = "", ...shown] = text.split("\n");
  const { out, err } = await runIn(projectRoot, ...first.replace("$ couplet ", "").split(" "));
  const printed = `${out}\n${err}`.split("\n").map(words);
  let from = 0;
  for (const line of shown.map(words)) {
    if (line === "…") continue;
    const at = printed.indexOf(line, from);
    expect(at, `${first} does not print, or not in this order: ${line}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
});

test("no expression of a workflow stands inside a script", () => {
  for (const text of workflows) {
    const steps = textsOf(parse(text)).filter((one) => one.includes("npx couplet") || one.includes("gh api"));
    for (const script of steps) expect(script).not.toContain("${{");
  }
});
