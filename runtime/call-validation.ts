/** Validators at work on one call, as strictly as the policy says. */
import { isPromise } from "./admission.ts";
import type { Answer } from "./answer.ts";
import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { type Issue, ResponseValidationError, subject } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";
import { type Input, invalidInput } from "./request.ts";
import { describeIssues, responseValidator, type StandardSchema, type Validators, validate } from "./validation.ts";

/** Checks the input; `strict` throws an InputValidationError, `warn` writes to the logger. */
export function checkInput(
  operation: OperationDescriptor,
  connection: Connection,
  validators: Validators,
  input: Input,
): void | Promise<void> {
  const mode = operation.policy.validation.request;
  const schema = Object.hasOwn(validators, operation.id) ? validators[operation.id]?.input : undefined;
  if (schema === undefined || mode === "none") return;
  const judge = (found: readonly Issue[]): void => {
    if (found.length === 0) return;
    const issues = redacted(found, connection);
    if (mode === "strict") throw invalidInput(operation, issues);
    warnOfIssues(operation, connection, issues, `the input is not valid: ${describeIssues(issues)}`);
  };
  const issues = validate(schema, input);
  return isPromise(issues) ? issues.then(judge) : judge(issues);
}

/** Checks a success. `strict` throws a ResponseValidationError: the request took effect, so it is never sent again. */
export function checkAnswer(
  operation: OperationDescriptor,
  connection: Connection,
  validators: Validators,
  answer: Answer,
): void | Promise<void> {
  const { status } = answer.response;
  const schema = responseValidator(validators, operation.id, status);
  const final: Final = { attempts: answer.meta.attempts, effect: "applied" };
  return checkData(
    operation,
    connection,
    schema,
    { status, value: answer.data, requestId: answer.meta.requestId },
    final,
  );
}

/** Checks one item of a stream in the same way. */
export function checkItem(
  operation: OperationDescriptor,
  connection: Connection,
  status: number,
  value: unknown,
  final: Final,
): void | Promise<void> {
  const validators = connection.validators ?? {};
  const schema = Object.hasOwn(validators, operation.id) ? validators[operation.id]?.items : undefined;
  return checkData(operation, connection, schema, { status, value, requestId: undefined }, final);
}

function checkData(
  operation: OperationDescriptor,
  connection: Connection,
  schema: StandardSchema | undefined,
  data: { readonly status: number; readonly value: unknown; readonly requestId: string | undefined },
  final: Final,
): void | Promise<void> {
  const mode = operation.policy.validation.response;
  if (schema === undefined || mode === "none") return;
  const judge = (found: readonly Issue[]): void => {
    if (found.length === 0) return;
    const issues = redacted(found, connection);
    const text = `the answer is not as declared: ${describeIssues(issues)}`;
    if (mode === "warn") {
      warnOfIssues(operation, connection, issues, text);
      return;
    }
    throw new ResponseValidationError(sentence(operation, text, final), {
      ...contextOf(operation, final),
      code: "response",
      issues,
      ...data,
    });
  };
  const issues = validate(schema, data.value);
  return isPromise(issues) ? issues.then(judge) : judge(issues);
}

function warnOfIssues(
  operation: OperationDescriptor,
  { connector, logger }: Connection,
  issues: readonly Issue[],
  text: string,
): void {
  const { provider, version } = connector;
  const fields = { event: "couplet.validation", provider, version, operation: operation.id, issues } as const;
  logger?.warn?.(fields, `${subject(operation)}: ${text}`);
}

// A validator may quote a key or a value, and so may its path.
function redacted(issues: readonly Issue[], { redactor }: Connection): readonly Issue[] {
  return issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "string" ? redactor.text(part) : part)),
    message: redactor.text(message),
  }));
}
