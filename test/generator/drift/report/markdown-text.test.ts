import { expect, test } from "vitest";
import { code, prose } from "../../../../generator/drift/report/markdown-text.ts";

test.each([
  ["", ""],
  [" ", ""],
  ["a_b *c* [d](e)", "`a_b *c* [d](e)`"],
  ["<img>", "`<img>`"],
  ["@team", "`@team`"],
  ["a`b", "<code>a&#96;b</code>"],
  ["a|b", "<code>a&#124;b</code>"],
  ["a\\|b", "<code>a&#92;&#124;b</code>"],
  ["``", "<code>&#96;&#96;</code>"],
  ["a\nb", "<code>a&#92;u&#123;a&#125;b</code>"],
  ["`<b>é", "<code>&#96;&#60;b&#62;é</code>"],
])("%j as code is %j", (text, wanted) => expect(code(text)).toBe(wanted));

test.each([
  ["plain words, (as) they: are.", "plain words, (as) they: are."],
  ["`status` is gone", "`status` is gone"],
  ["one ` alone", "one &#96; alone"],
  ["`a|b` and `c`", "<code>a&#124;b</code> and `c`"],
  ["snake_case **bold** ~~x~~", "snake_case &#42;&#42;bold&#42;&#42; &#126;&#126;x&#126;&#126;"],
  ["_a_ a__b", "&#95;a&#95; a&#95;&#95;b"],
  ["<!-- x --> & &lt;", "&#60;!-- x --&#62; &#38; &#38;lt;"],
  ["[a](b) | c", "&#91;a&#93;(b) &#124; c"],
  ["ask @team, a@b.example", "ask @&#8203;team, a@&#8203;b.example"],
  ["see #12, a/b#3 and GH-4, not # 5", "see #&#8203;12, a/b#&#8203;3 and GH&#8203;-4, not # 5"],
  ["https://a.example www.b.example", "https:&#8203;//a.example www&#8203;.b.example"],
  ["- no list", "&#45; no list"],
  ["# no title", "&#35; no title"],
  ["12. no list", "&#49;2. no list"],
  ["12 pieces", "12 pieces"],
  ["$x$", "&#36;x&#36;"],
])("%j as words is %j", (text, wanted) => expect(prose(text)).toBe(wanted));
