/** Globs of selectors, matched without backtracking: never more steps than text times glob. */

const star = 42;
const slash = 47;

/**
 * Whether the whole text is what the glob says. `*` stays inside a path segment when `path` is set, `**` does not; in
 * names, both take anything.
 */
export function matchesGlob(glob: string, text: string, path: boolean): boolean {
  const first = glob.indexOf("*");
  if (first === -1) return glob === text;
  // Most texts differ before the first star or after the last one.
  for (let at = 0; at < first; at++) if (glob.charCodeAt(at) !== text.charCodeAt(at)) return false;
  const tail = glob.length - glob.lastIndexOf("*") - 1;
  if (text.length < first + tail) return false;
  for (let back = 1; back <= tail; back++)
    if (glob.charCodeAt(glob.length - back) !== text.charCodeAt(text.length - back)) return false;
  return simulate(glob, text, first, path);
}

/** Follows all readings of the glob at once; it stands on a run of stars at its first. */
function simulate(glob: string, text: string, from: number, path: boolean): boolean {
  const places: number[] = [];
  const next: number[] = [];
  // After how many characters a place was noted last: each once for each character.
  const noted = new Int32Array(glob.length + 1).fill(-1);
  const note = (list: number[], place: number, at: number): void => {
    let free = place;
    while (noted[free] !== at) {
      noted[free] = at;
      list.push(free);
      // Stars may also take nothing.
      while (glob.charCodeAt(free) === star) free++;
    }
  };
  note(places, from, from);
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    next.length = 0;
    for (const place of places) {
      const wanted = glob.charCodeAt(place);
      if (wanted === star) {
        if (!path || character !== slash || glob.charCodeAt(place + 1) === star) note(next, place, at + 1);
      } else if (wanted === character) note(next, place + 1, at + 1);
    }
    if (next.length === 0) return false;
    places.splice(0, places.length, ...next);
  }
  return places.includes(glob.length);
}
