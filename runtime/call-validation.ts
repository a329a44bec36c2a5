/** Validators at work on one call. */
import { isPromise } from "./admission.ts";
import { type Issue, ResponseValidationError, subject } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";
import { invalidInput } from "./request.ts";
import { describeIssues, responseValidator, validate } from "./validation.ts";
import {
  type CallChecks,
  type CheckedRun,
  checking,
  type OperationValidators,
  type StandardSchema,
  type Validators,
} from "./validators.ts";

/** Validators by operation id, as the option `validators` takes them. The generator writes those of a version. */
export function validatorsOf(validators: Readonly<Record<string, OperationValidators>>): Validators {
  return { ...validators, [checking]: checks };
}

const checks: CallChecks = {
  input(run, input) {
    const { operation } = run;
    return judge(run, operation.policy.validation.request, validatorsFor(run).input, input, (issues, warn) => {
      if (!warn) throw invalidInput(operation, issues);
      return "the input is not valid";
    });
  },
  answer(run, { data, meta, response: { status } }) {
    const final: Final = { attempts: meta.attempts, effect: "applied" };
    return checkData(run, responseValidator(validatorsFor(run), status), status, data, final, meta.requestId);
  },
  item: (run, status, value, final) => checkData(run, validatorsFor(run).items, status, value, final),
};

const none: OperationValidators = {};

function validatorsFor({ operation: { id }, bound }: CheckedRun): OperationValidators {
  const { validators } = bound.connection;
  return (validators !== undefined && Object.hasOwn(validators, id) && validators[id]) || none;
}

function checkData(
  run: CheckedRun,
  schema: StandardSchema | undefined,
  status: number,
  value: unknown,
  final: Final,
  requestId?: string,
): void | Promise<void> {
  const { operation } = run;
  return judge(run, operation.policy.validation.response, schema, value, (issues, warn) => {
    const text = "the answer is not as declared";
    if (warn) return text;
    const context = { ...contextOf(operation, final), code: "response", issues, status, value, requestId };
    throw new ResponseValidationError(sentence(operation, `${text}: ${describeIssues(issues)}`, final), context);
  });
}

/** `refuse` throws, or gives the words of a warning. */
function judge(
  { operation, bound, watch }: CheckedRun,
  mode: "strict" | "warn" | "none",
  schema: StandardSchema | undefined,
  value: unknown,
  refuse: (issues: readonly Issue[], warn: boolean) => string,
): void | Promise<void> {
  if (schema === undefined || mode === "none") return;
  const { redactor } = bound.connection;
  const end = (found: readonly Issue[]): void => {
    if (found.length === 0) return;
    // A validator may quote a key or a value, and so may its path.
    const issues = found.map(({ path, message }) => ({
      path: path.map((part) => (typeof part === "string" ? redactor.text(part) : part)),
      message: redactor.text(message),
    }));
    const text = refuse(issues, mode === "warn");
    watch?.invalid(issues, `${subject(operation)}: ${text}: ${describeIssues(issues)}`);
  };
  const issues = validate(schema, value);
  return isPromise(issues) ? issues.then(end) : end(issues);
}
