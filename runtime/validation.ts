import type { Issue } from "./errors.ts";
import { printable } from "./printable.ts";
import type { StandardResult, StandardSchema } from "./validators.ts";

/**
 * What is wrong with a value; empty when nothing is. The value itself is never changed. A validator that fails has not
 * found it good, so its error is an issue too: the policy's mode says what that does.
 */
export function validate(schema: StandardSchema, value: unknown): readonly Issue[] | Promise<readonly Issue[]> {
  try {
    const result = schema["~standard"].validate(value);
    return result instanceof Promise ? result.then(toIssues).catch(toFault) : toIssues(result);
  } catch (error) {
    return toFault(error);
  }
}

function toFault(error: unknown): readonly Issue[] {
  const text = error instanceof Error ? `: ${printable(error.message)}` : "";
  return [{ path: [], message: `could not be checked, since the validator failed${text}` }];
}

const none: readonly Issue[] = [];

function toIssues(result: StandardResult): readonly Issue[] {
  if (result.issues === undefined) return none;
  return result.issues.map(({ message, path }) => ({
    path: (path ?? []).map((part) => (typeof part === "object" ? part.key : part)),
    message: printable(message),
  }));
}

/** Issues in one line: `/items/0/id: expected string`. */
export function describeIssues(issues: readonly Issue[]): string {
  const list = issues.slice(0, 5).map(({ path, message }) => {
    const place = printable(path.map((part) => `/${String(part)}`).join(""), 120);
    return place === "" ? message : `${place}: ${message}`;
  });
  if (issues.length > 5) list.push(`and ${issues.length - 5} more`);
  return list.join("; ");
}
