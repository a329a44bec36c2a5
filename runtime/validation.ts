import type { Issue } from "./errors.ts";
import { printable } from "./printable.ts";
import type { OperationValidators, StandardResult, StandardSchema } from "./validators.ts";

/** What is wrong with a value; empty when nothing is. The value itself is never changed. */
export function validate(schema: StandardSchema, value: unknown): readonly Issue[] | Promise<readonly Issue[]> {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then(toIssues) : toIssues(result);
}

const none: readonly Issue[] = [];

function toIssues(result: StandardResult): readonly Issue[] {
  if (result.issues === undefined) return none;
  return result.issues.map(({ message, path }) => ({
    path: (path ?? []).map((part) => (typeof part === "object" ? part.key : part)),
    message: printable(message),
  }));
}

/** The validator of an answer with this status. */
export function responseValidator({ responses }: OperationValidators, status: number): StandardSchema | undefined {
  if (responses === undefined) return undefined;
  const code = String(status);
  for (const name of [code, `${code[0]}XX`, "default"]) if (Object.hasOwn(responses, name)) return responses[name];
  return undefined;
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
