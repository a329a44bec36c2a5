/** Validators at work on one call. */
import { isPromise } from "./admission.ts";
import { type Issue, ResponseValidationError, subject } from "./errors.ts";
import { contextOf, type Final, sentence } from "./failure.ts";
import { ownData } from "./own-options.ts";
import { invalidInput } from "./request.ts";
import { forStatus } from "./response.ts";
import type { DeclaredParts } from "./unknown-parts.ts";
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
    const mode = operation.policy.validation.request;
    const checked = judge(run, mode, validatorsFor(run).input, input, (issues, warn) => {
      if (!warn) throw invalidInput(operation, issues);
      return "the input is not valid";
    });
    return checked && run.within(checked, "validating the input");
  },
  answer(run, { data, meta, response: { status }, taken }) {
    run.hideSecrets();
    if (taken) return;
    const final: Final = { attempts: meta.attempts, effect: "applied" };
    const own = validatorsFor(run);
    const { declared } = own;
    const seen: Seen = { status, value: data, final, requestId: meta.requestId };
    if (declared !== undefined) checkUnknown(run, ownData(declared), status, seen);
    const checked = checkData(run, responseValidator(own, status), seen);
    return checked && run.within(checked, "validating the answer");
  },
  item(run, status, value, final) {
    const { declared, items } = validatorsFor(run);
    const seen: Seen = { status, value, final };
    if (declared !== undefined) checkUnknown(run, ownData(declared), "items", seen);
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

function checkData(run: CheckedRun, schema: StandardSchema | undefined, seen: Seen): void | Promise<void> {
  const mode = run.operation.policy.validation.response;
  return judge(run, mode, schema, seen.value, refusal(run, seen, "the answer is not as declared", "response"));
}

/** What the document does not declare, each kind of it as strictly as the policy says. */
function checkUnknown(
  run: CheckedRun,
  { use, shapes, responses }: DeclaredParts,
  place: number | "items",
  seen: Seen,
): void {
  const nodes = place === "items" ? responses[place] : forStatus(responses, place);
  if (nodes === undefined) return;
  const { unknownFields, unknownEnumValues } = run.operation.policy.validation;
  const { fields, values } = use(seen.value, nodes, shapes);
  const refuse = refusal(run, seen, "the answer has more than is declared", "unknown");
  if (unknownFields !== undefined) report(run, unknownFields, fields, refuse);
  if (unknownEnumValues !== undefined) report(run, unknownEnumValues, values, refuse);
}

/** Throws, or gives the words of a warning. */
type Refuse = (issues: readonly Issue[], warn: boolean) => string;

function refusal({ operation }: CheckedRun, { final, ...seen }: Seen, text: string, code: string): Refuse {
  return (issues, warn) => {
    if (warn) return text;
    const context = { ...contextOf(operation, final), code, issues, ...seen };
    throw new ResponseValidationError(sentence(operation, `${text}: ${describeIssues(issues)}`, final), context);
  };
}

function judge(
  run: CheckedRun,
  mode: "strict" | "warn" | "none",
  schema: StandardSchema | undefined,
  value: unknown,
  refuse: Refuse,
): void | Promise<void> {
  if (schema === undefined || mode === "none") return;
  const issues = validate(schema, value);
  return isPromise(issues)
    ? issues.then((found) => report(run, mode, found, refuse))
    : report(run, mode, issues, refuse);
}

function report(
  { operation, bound, watch }: CheckedRun,
  mode: "strict" | "warn",
  found: readonly Issue[],
  refuse: Refuse,
): void {
  if (found.length === 0) return;
  const { redactor } = bound.connection;
  // A validator may quote a key or a value, and so may its path.
  const issues = found.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "string" ? redactor.text(part) : part)),
    message: redactor.text(message),
  }));
  const text = refuse(issues, mode === "warn");
  watch?.invalid(issues, `${subject(operation)}: ${text}: ${describeIssues(issues)}`);
}
