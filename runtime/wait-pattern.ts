import { compiled } from "./condition.ts";

/** Values are looked at this far: a hostile answer cannot buy time. */
const LONGEST = 2_048;

/** The part of a value that tells the wait, or undefined when it has none. */
export type WaitPattern = (pattern: string, value: string) => string | undefined;

/** Takes the wait out of a longer text (`Try again in 55 seconds`): the group named `wait`, else the first one. */
export const waitPattern: WaitPattern = (pattern, value) => {
  const match = compiled(pattern)?.exec(value.slice(0, LONGEST));
  return match?.groups?.["wait"] ?? match?.[1];
};
