import { expect, test } from "vitest";
import { exitCode, type RunOutcome } from "../../../generator/drift/exit-code.ts";

test.each<[RunOutcome[], number]>([
  [[], 0],
  [["findings"], 1],
  [["usage"], 2],
  [["revision"], 3],
  [["unreachable"], 4],
  [["approvals"], 5],
  [["lock"], 6],
  [["internal"], 70],
  [["findings", "unreachable"], 4],
  [["unreachable", "findings", "approvals"], 5],
  [["approvals", "findings", "lock"], 6],
  [["lock", "revision"], 3],
  [["revision", "usage", "lock"], 2],
  [["usage", "internal", "findings"], 70],
])("%j ends with %i", (outcomes, code) => {
  expect(exitCode(outcomes)).toBe(code);
  expect(exitCode(outcomes.toReversed())).toBe(code);
});
