import type { Answer } from "./answer.ts";
import type { CallWatch } from "./call-watch.ts";
import type { Connection } from "./connection.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import type { Final } from "./failure.ts";
import type { Input } from "./request.ts";
import type { DeclaredParts } from "./unknown-parts.ts";

/** What this package uses of Standard Schema v1. @see https://standardschema.dev */
export interface StandardSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}

export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** What the validators of one operation check; responses by status code, range (`4XX`) or `default`; `items` of a stream. */
export interface OperationValidators {
  readonly input?: StandardSchema;
  readonly responses?: Readonly<Record<string, StandardSchema>>;
  readonly items?: StandardSchema;
  /** Where the policy wants to know of what the document does not declare. */
  readonly declared?: DeclaredParts;
}

/** Where validators carry the code that uses them; a spread of several of them carries it too. */
export const checking: unique symbol = Symbol.for("@couplet/runtime/checking");

/** Validators of a version by operation id: those that the generator writes, or `validatorsOf`. */
export type Validators = Readonly<Record<string, OperationValidators>> & { readonly [checking]: CallChecks };

/** The call that is checked. */
export interface CheckedRun {
  readonly operation: OperationDescriptor;
  readonly bound: { readonly connection: Connection };
  readonly watch: CallWatch | undefined;
  /** Waits no longer than the call may. */
  within<T>(work: Promise<T>, phase: string): Promise<T>;
  /** Keeps the call's credentials out of what is told: a validator may quote an answer that echoes one. */
  hideSecrets(): void;
}

/** Validators at work on a call, as strictly as the policy says. A promise only where a validator gives one. */
export interface CallChecks {
  /** `strict` throws an InputValidationError, `warn` tells the listeners. */
  input(run: CheckedRun, input: Input): void | Promise<void>;
  /** Checks a success, unless its body is another's. `strict` throws a ResponseValidationError: the request took effect, so it is never sent again. */
  answer(run: CheckedRun, answer: Answer): void | Promise<void>;
  /** Checks one item of a stream in the same way. */
  item(run: CheckedRun, status: number, value: unknown, final: Final): void | Promise<void>;
}
