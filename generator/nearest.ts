/** Suggestions for mistyped names. */

const simplify = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Damerau-Levenshtein distance (adjacent transpositions), or `limit + 1` as soon as it must be greater. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** The candidate that was probably meant: the same but for case and separators, else within a third of its length. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = simplify(name.slice(0, 100));
  let best: string | undefined;
  let bestCost = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const cost = distance(wanted, simplify(candidate.slice(0, 100)), bestCost - 1);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}
