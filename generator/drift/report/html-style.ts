/** How the page looks, in light and in dark, on a screen and on paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #14171c); --card: light-dark(#fff, #1c2027); --ink: light-dark(#1a1d23, #e6e9ee);
  --soft: light-dark(#5b6472, #9aa4b2); --line: light-dark(#dde1e7, #313742); --code: light-dark(#f1f3f6, #14171c);
  --breaking: light-dark(#b42318, #ff8a7d); --risky: light-dark(#935f00, #f5b84c); --notice: light-dark(#1d5fbf, #79b0ff);
  --safe: light-dark(#1b7a3d, #66cf8b); --mark: light-dark(#ffe08a, #6b5310); --added: light-dark(#d9f2e0, #1d3a28);
  --removed: light-dark(#fde3e0, #45201c);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .2rem 0 .6rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .8rem; }
h3 { font-size: 1rem; margin: 0; }
a { color: inherit; }
code, pre { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
code { background: var(--code); border-radius: 4px; padding: .1em .35em; }
pre { background: var(--code); border-radius: 6px; padding: .5rem .7rem; margin: .25rem 0 0; overflow-x: auto; }
mark { background: var(--mark); color: inherit; border-radius: 3px; }
.soft { color: var(--soft); }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: 1rem 0; list-style: none; }
.chips li { background: var(--card); border: 1px solid var(--line); border-radius: 999px; padding: .15rem .8rem; }
.chips b { font-size: 1.05rem; }
.breaking { --tone: var(--breaking); } .risky { --tone: var(--risky); } .notice { --tone: var(--notice); } .safe { --tone: var(--safe); }
.chips b, .badge { color: var(--tone, inherit); }
.badge { font-weight: 600; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .85rem; }
.card { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone, var(--line)); border-radius: 8px; padding: .9rem 1.1rem; margin: .8rem 0; }
details.card > summary { cursor: pointer; }
details.card > summary h3 { display: inline; font-weight: 500; }
.meta { display: flex; flex-wrap: wrap; gap: .2rem .8rem; margin: .3rem 0 0; font-size: .85rem; color: var(--soft); }
.todo { margin: .8rem 0 0; padding: .5rem .8rem; border-radius: 6px; background: var(--code); }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: .8rem; margin-top: .8rem; }
.sides > div { min-width: 0; }
.label { font-weight: 600; color: var(--soft); }
.sides .label, .sides .soft, summary .soft { font-size: .85rem; }
.was pre { background: var(--removed); } .now pre { background: var(--added); }
.reach { margin: .2rem 0 0; padding-left: 1.2rem; }
footer { padding: 2rem 1.25rem; color: var(--soft); font-size: .85rem; }
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
