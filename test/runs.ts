/** How often a property is tried: `npm run test:long` tries it fifty times as often as `npm test`. */
export function runs(usual: number): number {
  return process.env["COUPLET_LONG"] ? usual * 50 : usual;
}
