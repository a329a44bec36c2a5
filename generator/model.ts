/**
 * The two models of the generator. `load` yields an `ApiDocument` (what the provider says) and a
 * `PolicySource` (how to call it); `plan` turns both into a `VersionPlan`; `emit` prints it.
 * Everything here is plain data and read-only.
 */
import type {
  Connector,
  DeclaredNode,
  DeclaredShapes,
  Encoding,
  HeaderShape,
  OperationDescriptor,
  Parameter,
  Policy,
  ResponseKind,
  WaitHeader,
} from "@couplet/runtime/codegen/v1";
import type { CoercedProperty, CoercedValue } from "./coercion.ts";
import type { Diagnostic, Location } from "./errors.ts";
import type { OperationFacts, PolicyFacts } from "./facts.ts";
import type { Feature } from "./feature.ts";
import type { HttpMethod } from "./http-method.ts";
import type { CallPlans } from "./linked-plan.ts";
import type { SchemaConditions } from "./schema-conditions.ts";
import type { SecurityScheme } from "./security-scheme.ts";

export { type Feature, feature, featureName, policyFeature } from "./feature.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * A normalised JSON Schema (2020-12 dialect): `nullable` and boolean `exclusive…` are gone, boolean schemas are
 * `{}` or `{ not: {} }`, and every `$ref` is `#/components/schemas/<name>`.
 */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly discriminator?: { readonly propertyName: string; readonly mapping?: Readonly<Record<string, string>> };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Absent in most schemas; nothing is generated from it. */
  readonly conditions?: SchemaConditions;
  /** Set by `load`: a check would ask the same schemas thousands of times, so validators let every value pass. */
  readonly unchecked?: true;
  /** Set by `plan`: the program sees the value as another type than this schema says. */
  readonly coerced?: CoercedValue;
}

export interface SpecMediaType {
  /** As written, lower-cased: `application/json; charset=utf-8` keeps its parameters. */
  readonly contentType: string;
  readonly schema?: Schema;
  /** Of each item of a streamed body: OpenAPI 3.2. */
  readonly itemSchema?: Schema;
  readonly example?: Json;
  readonly encoding?: Readonly<Record<string, Encoding>>;
  /** Set by `plan`: the document describes bytes here, for which this media type has only text. */
  readonly bytesAsText?: true;
}

export interface SpecParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: Json;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
  /** Set when the parameter has `content`: its media type. */
  readonly contentType?: string;
  readonly pointer: string;
}

export interface SpecResponse {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  readonly description: string;
  readonly content: readonly SpecMediaType[];
  readonly headers: Readonly<
    Record<string, { readonly schema: Schema; readonly required: boolean; readonly description?: string }>
  >;
  /** As written: nothing is generated from them. */
  readonly links?: JsonObject;
}

export interface SpecServer {
  readonly url: string;
  readonly description?: string;
  readonly variables: Readonly<Record<string, { readonly default: string; readonly enum?: readonly string[] }>>;
}

export interface SpecOperation {
  /** operationId where there is one and it is unique in the document, else `POST /path`. */
  readonly key: string;
  readonly operationId?: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly tags: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  readonly docs?: string;
  /** Path-level parameters merged in; references resolved; `Accept`, `Content-Type` and `Authorization` headers left out. */
  readonly parameters: readonly SpecParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly description?: string;
    readonly content: readonly SpecMediaType[];
  };
  readonly responses: readonly SpecResponse[];
  /** Alternatives of scheme names; the document's default applied; `[]` = none; `[[]]` contains "anonymous". */
  readonly security: readonly (readonly string[])[];
  /** OAuth scopes or roles that an alternative of `security` asks for, by scheme; as long as `security`, absent when there are none. */
  readonly scopes?: readonly Readonly<Record<string, readonly string[]>>[];
  /** Requests that the provider sends for this operation: `path` is the expression of their URL. */
  readonly callbacks?: readonly { readonly name: string; readonly operations: readonly SpecOperation[] }[];
  /** Operation- or path-level servers; empty when the document's own apply. */
  readonly servers: readonly SpecServer[];
  /** JSON Pointer of the operation object in the root document, for `locate`. */
  readonly pointer: string;
  readonly extensions: JsonObject;
}

/** The normalised document. */
export interface ApiDocument {
  /** Path as people are told it. */
  readonly file: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly servers: readonly SpecServer[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly securitySchemes: readonly SecurityScheme[];
  /** Named schemas; keys are the names used in `$ref`. */
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly operations: readonly SpecOperation[];
  /** Requests that the provider sends on its own: `path` is the webhook's name. Absent when there are none. */
  readonly webhooks?: readonly SpecOperation[];
  /**
   * Bundled, references internal: what contract tests check against. OpenAPI 3.1, or 3.2 where the document has methods
   * or streamed items that 3.1 cannot say.
   */
  readonly bundled: JsonObject;
  /** sha256 (hex) of the raw bytes of the root file and all files it refers to. */
  readonly sha256: string;
  /** Absolute paths of all files that were read, the root document first. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Place of a JSON Pointer of the root document, or of its nearest ancestor that has one. */
  locate(pointer: string): Location;
}

// ---------------------------------------------------------------- plan

/** A runtime contract with each function replaced by a reference to it; policies, which are read everywhere, keep their types. */
export type Plan<T> = T extends (...args: never[]) => unknown
  ? Feature
  : T extends string | number | boolean | null | undefined | Policy | WaitHeader
    ? T
    : { readonly [K in keyof T]: Plan<T[K]> };

/** What a policy says of one operation, after all layers. */
export interface OperationPolicy extends CallPlans {
  readonly policy: Policy;
  /** URL template of a server of its own. */
  readonly server?: string;
  /** Places in bodies that are never shown: no attribute may read them. Clients show no bodies at all. */
  readonly redactBody?: readonly (readonly string[])[];
  readonly facts: OperationFacts;
  /** Parameters that the policy supplies (version pin, idempotency key, auth), as `in:name`; not part of the input. */
  readonly supplied: readonly string[];
  /** Chosen security alternatives (scheme names of `connector.auth`); `[]` sends no credentials. */
  readonly security: readonly (readonly string[])[];
}

/** Where the effective policy comes from, for one version: all that `plan` needs to know of it. */
export interface PolicyPlan {
  readonly connector: Plan<Connector>;
  readonly facts: PolicyFacts;
  /** By operation key; operations that the policy excludes are absent. */
  readonly operations: ReadonlyMap<string, OperationPolicy>;
  /** Properties of named schemas that the program sees as another type, those of answers. */
  readonly coercions: readonly CoercedProperty[];
  /** Names that the policy fixes: operation key -> `namespace.method`, schema name -> type name, tag -> namespace. */
  readonly names: {
    readonly operations: ReadonlyMap<string, string>;
    readonly schemas: ReadonlyMap<string, string>;
    readonly tags: ReadonlyMap<string, string>;
  };
  /** Path of a selector in the policy -> number of operations it matched in this version. */
  readonly selectors: Readonly<Record<string, number>>;
  readonly sha256: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A type as it is mentioned in code. */
export type TypeRef =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "array"; readonly of: TypeRef }
  /** A type of the runtime around another; `Lines` is any iterable of items. */
  | { readonly kind: "wrapped"; readonly in: "ItemStream" | "ServerSentEvent" | "Lines"; readonly of: TypeRef }
  /** Closed TypeScript text of the generator's own: `string`, `number`, `boolean`, `unknown`, `void`, `Uint8Array`. */
  | { readonly kind: "plain"; readonly text: string };

/** A type with a name: an exported interface or alias. */
export interface NamedType {
  readonly name: string;
  /**
   * Projected for its direction: no readOnly in requests, no writeOnly in responses; each `$ref` is
   * `#/components/schemas/<TypeScript name>` of another named type.
   */
  readonly schema: Schema;
  /** In responses, string enumerations with several values stay open (an unknown value survives). */
  readonly direction: "request" | "response";
  /** `schema` for schema.ts, else the namespace whose file declares it. */
  readonly home: string;
  /** JSON Pointer of its schema in the normalised document. */
  readonly pointer?: string;
}

export interface InputField {
  /** Key in the input. */
  readonly key: string;
  readonly type: TypeRef;
  /** Used for validation and samples; projected for requests. */
  readonly schema: Schema;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description?: string;
  readonly example?: Json;
  /** Absent for the body. */
  readonly parameter?: Parameter;
}

/** A body that can be sent in one of these media types. */
export interface BodyChoice {
  readonly contentTypes: readonly string[];
  readonly field: InputField;
}

/** A stream of items as an answer. */
export interface StreamPlan {
  readonly contentType: string;
  /** Server-sent events; else lines of JSON. */
  readonly events: boolean;
  readonly items: "json" | "text";
  /** What iterating gives: an event, or the item itself. */
  readonly type: TypeRef;
  /** What the text of an item stands for. */
  readonly data: TypeRef;
  /** Of the data; projected for responses. */
  readonly schema?: Schema;
  readonly example?: Json;
}

/** A declared response header. */
export interface HeaderPlan {
  /** Lower-cased. */
  readonly name: string;
  readonly shape: HeaderShape;
  readonly description?: string;
}

export interface Outcome {
  /** Status code, range or `default`. */
  readonly status: string;
  readonly ok: boolean;
  readonly kind: ResponseKind;
  readonly type: TypeRef;
  /** Projected for responses; absent without a body. */
  readonly schema?: Schema;
  /** JSON Pointer of the schema in the normalised document. */
  readonly pointer?: string;
  readonly example?: Json;
  readonly contentType?: string;
  /** Of kind `stream`. */
  readonly stream?: StreamPlan;
}

export interface OperationPlan {
  readonly key: string;
  readonly spec: SpecOperation;
  readonly namespace: string;
  readonly method: string;
  /** `namespace.method`. */
  readonly id: string;
  /** Name of the exported constant, `chargesCreate`. */
  readonly constant: string;
  readonly inputType: string;
  readonly outcomeType: string;
  /** Empty: the operation is called without an input. */
  readonly input: readonly InputField[];
  /** The bodies to choose from, the preferred one first; the `body` of `input` is its. Absent: there is no choice. */
  readonly choices?: readonly BodyChoice[];
  /** The first success outcome's type decides; several different ones make a union in `output`. */
  readonly output: readonly TypeRef[];
  readonly outcomes: readonly Outcome[];
  readonly item?: TypeRef;
  /** What comes of an operation that ends later than it answers, as a union. */
  readonly final?: readonly TypeRef[];
  /** A stream that calls can ask for instead; its outcomes have a type of their own. */
  readonly streamed?: { readonly stream: StreamPlan; readonly outcomeType: string };
  /** Declared headers of the successes, and the name of their interface. */
  readonly headers?: { readonly typeName: string; readonly of: readonly HeaderPlan[] };
  /** What its answers declare, by status or under `items`, where the policy wants to know of the rest. */
  readonly declared?: Readonly<Record<string, readonly DeclaredNode[]>>;
  /** All of the descriptor but `connector` and `policy`, which are printed as names. */
  readonly descriptor: Plan<Omit<OperationDescriptor, "connector" | "policy">>;
  readonly policy: Policy;
  /** Name of the exported policy constant in connector.ts. */
  readonly policyName: string;
  readonly facts: OperationFacts;
}

export interface NamespacePlan {
  readonly name: string;
  /** File name without extension: `payment-intents`. */
  readonly file: string;
  /** `PaymentIntentsNamespace`. */
  readonly interfaceName: string;
  /** `createPaymentIntents`. */
  readonly factory: string;
  readonly description?: string;
  readonly operations: readonly OperationPlan[];
}

/** Everything that is printed for one version of one provider. */
export interface VersionPlan {
  readonly provider: string;
  readonly version: string;
  readonly title: string;
  readonly connector: Plan<Connector>;
  readonly facts: PolicyFacts;
  /** Policy constants in the order in which they are declared. */
  readonly policies: readonly { readonly name: string; readonly policy: Policy }[];
  readonly namespaces: readonly NamespacePlan[];
  /** All named types by TypeScript name, in declaration order. */
  readonly types: ReadonlyMap<string, NamedType>;
  /** What the lock keeps of them: schema of the document, or `<schema> request`, -> TypeScript name. */
  readonly schemaNames: ReadonlyMap<string, string>;
  /** Of the names in `declared` of its operations. */
  readonly declaredShapes: DeclaredShapes;
  readonly bundled: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}
