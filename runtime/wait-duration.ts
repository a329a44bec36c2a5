const WHOLE = /^(?:[0-9]{1,15}(?:\.[0-9]{1,15})?(?:ns|us|µs|μs|ms|[smhd]))+$/;
const PARTS = /([0-9.]+)([a-zµμ]+)/g;
const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** The longest real ones have six parts. */
const LONGEST = 100;

/**
 * Milliseconds in the format `duration`: numbers with units, as Go prints them (`6m0s`, `1h2m3.5s`, `20ms`) and as protobuf's JSON does
 * (`3.5s`), with days besides. A number without a unit is none.
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > LONGEST || !WHOLE.test(text)) return undefined;
  let wait = 0;
  for (const [, amount, unit] of text.matchAll(PARTS)) wait += Number(amount) * units[unit!]!;
  // Rounded up, so that nobody comes back too early, but not for the dust of the sum.
  return Math.ceil(Math.round(wait * 1e6) / 1e6);
}
