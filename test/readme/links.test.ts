/** Links and paths in the pages lead somewhere. */
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { anchorOf, pages, readPage, root } from "./pages.ts";

/** What is wrong with the links of some pages, one a line. */
function brokenLinks(of: typeof pages, isThere: (path: string) => boolean): string[] {
  return of.flatMap(({ path, links }) =>
    links.flatMap(({ target, place }) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!isThere(to)) return [`${place}: there is no ${to}`];
      const page = of.find((one) => one.path === to);
      return anchor === undefined || page?.anchors.has(anchor) ? [] : [`${place}: ${to} has no #${anchor}`];
    }),
  );
}

test("every link leads to a file and a heading that are there", () => {
  expect(pages.flatMap(({ links }) => links).length).toBeGreaterThan(40);
  expect(brokenLinks(pages, (path) => existsSync(`${root}/${path}`))).toEqual([]);
});

test.each([
  ["[a](b/README.md)", []],
  ["[a](b/README.md#two-words)", []],
  ["[a](#one)", []],
  ["[a](https://other.example/#x)", []],
  ["[a](#two-words)", ["README.md:2: README.md has no #two-words"]],
  ["[a](b/README.md#one)", ["README.md:2: b/README.md has no #one"]],
  ["[a](c/README.md)", ["README.md:2: there is no c/README.md"]],
])("%s: %j", (link, wanted) => {
  const two = [readPage("README.md", `# One\n${link}`), readPage("b/README.md", "## Two `words`!\n```sh\n# One\n```")];
  expect(brokenLinks(two, (path) => two.some((page) => page.path === path))).toEqual(wanted);
});

test.each([
  ["Staying in step", "staying-in-step"],
  ["What a provider changed?", "what-a-provider-changed"],
  ["`couplet.lock.json`, the lock", "coupletlockjson-the-lock"],
])("%s is #%s", (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

test("paths of the project that a page names are there", () => {
  const folders = /^(?:generator|runtime|test|specs|generated|\.ci|\.github)\/[\w./@-]*\w\/?$/;
  // Examples of a reader's own, and what other commands write.
  const example = /^specs\/(?:acme|policy\.schema)|^generated\/acme/;
  const named = pages.flatMap(({ inline }) => inline.filter(({ text }) => folders.test(text) && !example.test(text)));
  expect(named.length).toBeGreaterThan(15);
  const missing = named.filter(({ text }) => !["", ".test.ts"].some((end) => existsSync(`${root}/${text}${end}`)));
  expect(missing.map(({ text, place }) => `${place}: ${text}`)).toEqual([]);
});
