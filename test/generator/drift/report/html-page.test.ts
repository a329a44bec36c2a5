/** The page as a browser shows it: foreign text stays text, the style is let in, nothing is asked for. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { toHtml } from "../../../../generator/drift/report/html.ts";
import { findChromium } from "../../../conformance/platforms.ts";
import { finding, fixtureReport, hostileReport, hostileText } from "../fixture-report.ts";

const chromium = findChromium();
if (chromium === undefined) console.log("skipped: the page in a browser (no chromium on the PATH, none in CHROMIUM)");

const folder = mkdtempSync(join(tmpdir(), "couplet-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

async function browse(html: string, ...flags: readonly string[]): Promise<string> {
  const page = join(folder, "page.html");
  writeFileSync(page, html);
  const quiet = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    `--user-data-dir=${folder}/profile`,
  ];
  const { stdout } = await promisify(execFile)(chromium!, [...quiet, ...flags, `file://${page}`], { timeout: 60_000 });
  return stdout;
}

test.skipIf(chromium === undefined)("hostile text is text", { timeout: 90_000 }, async () => {
  const told = toHtml(hostileReport(), 0);
  const dom = await browse(told, "--dump-dom");
  const elements = new Set([...dom.matchAll(/<([a-z0-9-]+)/g)].map((match) => match[1]!));
  for (const name of ["script", "img", "iframe", "link", "object", "form"]) expect(elements).not.toContain(name);
  expect(dom.match(/<article/g)).toHaveLength(1);
  // What the browser read is what the document says, with control characters made visible.
  expect(dom).toContain(
    hostileText.slice(0, 22).replaceAll("&", "&amp;").replaceAll(">", "&gt;").replaceAll("<", "&lt;"),
  );
});

test.skipIf(chromium === undefined)("looks different in light and in dark", { timeout: 90_000 }, async () => {
  const html = toHtml(fixtureReport([finding({})]), 0);
  const shots = [];
  for (const scheme of [0, 1]) {
    const shot = join(folder, `${scheme}.png`);
    await browse(
      html,
      `--screenshot=${shot}`,
      "--window-size=1000,900",
      `--blink-settings=preferredColorScheme=${scheme}`,
    );
    shots.push(readFileSync(shot));
  }
  const plain = join(folder, "plain.png");
  // With another hash the policy of the page keeps the style out: the style is what the pictures show.
  await browse(html.replace("sha256-", "sha256-x"), `--screenshot=${plain}`, "--window-size=1000,900");
  expect(shots[0]!.equals(shots[1]!)).toBe(false);
  expect(readFileSync(plain).length).toBeLessThan(shots[1]!.length);
});
