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
    const { input: schema } = validatorsFor(run);
    const { request: mode } = operation.policy.validation;
    const checked = judge(run, schema, input, mode, {
      text: "the input is not valid",
      toError: (issues) => invalidInput(operation, issues),
    });
    return checked && run.within(checked, "validating the input");
  },
  answer(run, { data, meta, response: { status }, taken }) {
    run.hideSecrets();
    if (taken) return;
    const { responses, declared } = validatorsFor(run);
    const { attempts, requestId } = meta;
    const seen: Seen = { status, value: data, final: { attempts, effect: "applied" }, requestId };
    const nodes = declared && forStatus(declared.responses, status);
    const checked = judgeAnswer(run, seen, responses && forStatus(responses, status), declared, nodes);
    return checked && run.within(checked, "validating the answer");
  },
  item(run, status, value, final) {
    const { items, declared } = validatorsFor(run);
    const seen: Seen = { status, value, final };
    const nodes = declared && ownData(declared.responses)["items"];
    return judgeAnswer(run, seen, items, declared, nodes);
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

/** What is wrong with a value that has issues: in words, and as the error of its call. */
interface Fault {
  readonly text: string;
  toError(issues: readonly Issue[]): ConnectorError;
}

/** First what the document does not declare, each kind of it as strictly as the policy says; then what it does. */
function judgeAnswer(
  run: CheckedRun,
  { final, ...seen }: Seen,
  schema: StandardSchema | undefined,
  declared: DeclaredParts | undefined,
  nodes: readonly DeclaredNode[] | undefined,
): void | Promise<void> {
  const { operation } = run;
  const { response, unknownFields, unknownEnumValues } = operation.policy.validation;
  const fault = (text: string, code: string): Fault => ({
    text,
    toError(issues) {
      const words = `${text}: ${describeIssues(issues)}`;
      return callError(operation, ResponseValidationError, words, final, { ...seen, code, issues });
    },
  });
  if (declared !== undefined && nodes !== undefined) {
    const { use, shapes } = ownData(declared);
    const { fields, values } = use(seen.value, ownData(nodes), shapes);
    const more = fault("the answer has more than is declared", "unknown");
    report(run, fields, unknownFields, more);
    report(run, values, unknownEnumValues, more);
  }
  return judge(run, schema, seen.value, response, fault("the answer is not as declared", "response"));
}

function judge(
  run: CheckedRun,
  schema: StandardSchema | undefined,
  value: unknown,
  mode: Mode,
  fault: Fault,
): void | Promise<void> {
  if (schema === undefined || mode === "none") return;
  const issues = validate(schema, value);
  if (isPromise(issues)) return issues.then((found) => report(run, found, mode, fault));
  report(run, issues, mode, fault);
}

/** Throws the error of a strict mode, or tells the listeners. */
function report(
  { operation, bound, watch }: CheckedRun,
  found: readonly Issue[],
  mode: Mode = "none",
  { text, toError }: Fault,
): void {
  if (found.length === 0 || mode === "none") return;
  const { redactor } = bound.connection;
  // A validator may quote a key or a value, and so may its path.
  const issues = found.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "string" ? redactor.text(part) : part)),
    message: redactor.text(message),
  }));
  if (mode === "strict") throw toError(issues);
  watch?.invalid(issues, `${subject(operation)}: ${text}: ${describeIssues(issues)}`);
}
