/** Validators at work on one call. */
import { type ConnectorError, type Issue, ResponseValidationError, subject } from "./errors.ts";
import { callError, type Final } from "./failure.ts";
import { isPromise } from "./is-promise.ts";
import { ownData } from "./own-options.ts";
import { invalidInput } from "./request.ts";
import { forStatus } from "./response.ts";
import type { DeclaredNode, DeclaredParts } from "./unknown-parts.ts";
import { describeIssues, validate } from "./validation.ts";
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
    const refuse = (issues: readonly Issue[]) => invalidInput(operation, issues);
    const { input: schema } = validatorsFor(run);
    const { request: mode } = operation.policy.validation;
    const checked = judge(run, schema, input, mode, "the input is not valid", refuse);
    return checked && run.within(checked, "validating the input");
  },
  answer(run, { data, meta, response: { status }, taken }) {
    run.hideSecrets();
    if (taken) return;
    const { responses, declared } = validatorsFor(run);
    const { attempts, requestId } = meta;
    const seen: Seen = { status, value: data, final: { attempts, effect: "applied" }, requestId };
    if (declared !== undefined) checkUnknown(run, declared, forStatus(declared.responses, status), seen);
    const checked = checkData(run, responses && forStatus(responses, status), seen);
    return checked && run.within(checked, "validating the answer");
  },
  item(run, status, value, final) {
    const { items, declared } = validatorsFor(run);
    const seen: Seen = { status, value, final };
    if (declared !== undefined) checkUnknown(run, declared, ownData(declared.responses)["items"], seen);
    return checkData(run, items, seen);
  },
};

const none: OperationValidators = {};

function validatorsFor({ operation: { id }, bound }: CheckedRun): OperationValidators {
  const { validators } = bound.connection;
  return (validators !== undefined && Object.hasOwn(validators, id) && validators[id]) || none;
}

/** What came, and how. */
interface Seen {
  readonly status: number;
  readonly value: unknown;
  readonly final: Final;
  readonly requestId?: string | undefined;
}

type Mode = "strict" | "warn" | "none";

/** Makes the error of a call whose value has these issues. */
type Refuse = (issues: readonly Issue[]) => ConnectorError;

function checkData(run: CheckedRun, schema: StandardSchema | undefined, seen: Seen): void | Promise<void> {
  const text = "the answer is not as declared";
  const refuse = refusal(run, seen, text, "response");
  return judge(run, schema, seen.value, run.operation.policy.validation.response, text, refuse);
}

/** What the document does not declare, each kind of it as strictly as the policy says. */
function checkUnknown(
  run: CheckedRun,
  declared: DeclaredParts,
  nodes: readonly DeclaredNode[] | undefined,
  seen: Seen,
): void {
  if (nodes === undefined) return;
  const { use, shapes } = ownData(declared);
  const { unknownFields, unknownEnumValues } = run.operation.policy.validation;
  const { fields, values } = use(seen.value, ownData(nodes), shapes);
  const text = "the answer has more than is declared";
  const refuse = refusal(run, seen, text, "unknown");
  report(run, fields, unknownFields, text, refuse);
  report(run, values, unknownEnumValues, text, refuse);
}

function refusal({ operation }: CheckedRun, { final, ...seen }: Seen, text: string, code: string): Refuse {
  return (issues) =>
    callError(operation, ResponseValidationError, `${text}: ${describeIssues(issues)}`, final, {
      ...seen,
      code,
      issues,
    });
}

function judge(
  run: CheckedRun,
  schema: StandardSchema | undefined,
  value: unknown,
  mode: Mode,
  text: string,
  refuse: Refuse,
): void | Promise<void> {
  if (schema === undefined || mode === "none") return;
  const issues = validate(schema, value);
  if (isPromise(issues)) return issues.then((found) => report(run, found, mode, text, refuse));
  report(run, issues, mode, text, refuse);
}

/** Throws the error of a strict mode, or tells the listeners. */
function report(
  { operation, bound, watch }: CheckedRun,
  found: readonly Issue[],
  mode: Mode = "none",
  text: string,
  refuse: Refuse,
): void {
  if (found.length === 0 || mode === "none") return;
  const { redactor } = bound.connection;
  // A validator may quote a key or a value, and so may its path.
  const issues = found.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "string" ? redactor.text(part) : part)),
    message: redactor.text(message),
  }));
  if (mode === "strict") throw refuse(issues);
  watch?.invalid(issues, `${subject(operation)}: ${text}: ${describeIssues(issues)}`);
}
