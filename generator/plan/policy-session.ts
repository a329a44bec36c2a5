/** `flow: session`: a call of the same API that gives the token. */
import type { SessionLogin } from "@couplet/runtime/codegen/v1";
import type { ApiDocument, Plan, Schema, SpecOperation } from "../model.ts";
import { wireParameter } from "./inputs.ts";
import { at, entriesAt, leafAt, type Node } from "./layers.ts";
import { codecOf, concreteContentType, encoderOf, orderedMedia } from "./media-types.ts";
import { type Planning, pointerAt, unknownName } from "./planning.ts";
import type { Credentials } from "./policy-credentials.ts";
import { planTokenLife } from "./policy-token.ts";
import { refName } from "./schema-walk.ts";
import type { ServerVariables } from "./server-variables.ts";

export interface SessionPlan {
  /** Without the constants of the operation, which are planned later. */
  readonly session: Plan<SessionLogin>;
  /** Key of the login operation. */
  readonly operation: string;
  readonly credentials: readonly string[];
}

function missing(planning: Planning, node: Node, message: string, fix: string): undefined {
  planning.findings.add({ path: node.path, spot: { of: "key" } }, { code: "P003", message, fix });
  return undefined;
}

function resolved(document: ApiDocument, schema: Schema | undefined): Schema | undefined {
  let found = schema;
  for (let i = 0; found?.$ref !== undefined && i < 32; i++) found = document.schemas.get(refName(found.$ref));
  return found;
}

/** Names of the body's properties; undefined when it takes any. */
function propertiesOf(document: ApiDocument, schema: Schema | undefined): readonly string[] | undefined {
  const target = resolved(document, schema);
  return target?.properties === undefined ? undefined : Object.keys(target.properties);
}

function planBody(planning: Planning, session: Node, operation: SpecOperation): Plan<SessionLogin["login"]["body"]> {
  const { requestBody } = operation;
  const media = orderedMedia(requestBody?.content ?? []).find(({ contentType }) =>
    ["json", "form", "multipart"].includes(codecOf(contentType)),
  );
  if (media === undefined) {
    if (requestBody && requestBody.content.length > 0)
      missing(
        planning,
        session,
        "the body of the login call is neither JSON nor a form",
        "use another flow, or a `sign` hook",
      );
    return undefined;
  }
  return { contentType: concreteContentType(media.contentType), encode: encoderOf(media) };
}

/** What a scheme stands in. */
export interface Surroundings {
  readonly variables: ServerVariables;
  /** The parameter that the version's pin fills. */
  readonly pinned: string | undefined;
}

export function planSession(
  planning: Planning,
  auth: Node,
  credentials: Credentials,
  { variables, pinned }: Surroundings,
): SessionPlan | undefined {
  const { document } = planning;
  const session = at(auth, "session");
  if (session === undefined)
    return missing(planning, auth, "`flow: session` needs `session`", "add `session: { operation: …, token: … }`");
  const named = leafAt(session, "operation")!;
  const known = document.operations.filter((one) => one.operationId !== undefined);
  const operation = known.find((one) => one.operationId === named.value);
  if (operation === undefined) {
    unknownName(
      planning,
      named,
      "operation",
      String(named.value),
      known.map((one) => one.operationId!),
    );
    return undefined;
  }
  const token = pointerAt(planning, session, "token");
  if (token === undefined) return undefined;
  if (token.from !== "body" && token.from !== "header")
    return missing(
      planning,
      leafAt(session, "token")!,
      "the token is read from the login call's answer",
      "write `$response.body#/…` or `$response.header.…`",
    );

  const body = planBody(planning, session, operation);
  const content = orderedMedia(operation.requestBody?.content ?? []);
  const media = content.find(({ contentType }) => concreteContentType(contentType) === body?.contentType);
  const properties = propertiesOf(document, media?.schema);
  const used = new Set<string>();
  const parameters: Record<string, string> = {};
  const sent: Record<string, string> = {};
  for (const [name, node] of entriesAt(session, "pass")) {
    if (node.kind !== "leaf" || typeof node.value !== "string") continue;
    for (const one of credentials.namesIn(node)) used.add(one);
    if (operation.parameters.some((one) => one.name === name)) parameters[name] = node.value;
    else if (body !== undefined && (properties === undefined || properties.includes(name))) sent[name] = node.value;
    else
      unknownName(planning, node, "parameter or property of the login call", name, [
        ...operation.parameters.map((one) => one.name),
        ...(properties ?? []),
      ]);
  }
  const required = [
    ...operation.parameters.filter((one) => one.required && !(one.name in parameters)).map((one) => one.name),
    ...(resolved(document, media?.schema)?.required ?? []).filter((name) => !(name in sent)),
  ].filter((name) => name !== pinned);
  if (required.length > 0)
    return missing(
      planning,
      session,
      `the login call needs ${required.map((name) => `\`${name}\``).join(", ")}`,
      `add \`pass: { ${required[0]}: "{name}" }\``,
    );
  const wired = operation.parameters
    .filter((one) => one.name in parameters)
    .map((one) => wireParameter(one, one.name, true));
  return {
    operation: operation.key,
    credentials: [...used],
    session: {
      login: {
        id: operation.operationId!,
        method: operation.method.toUpperCase(),
        path: operation.path,
        ...variables.ownServer(operation),
        ...(wired.length === 0 ? {} : { parameters: wired }),
        ...(body === undefined ? {} : { body }),
        accept: "application/json",
        constants: {},
      },
      parameters,
      body: sent,
      token,
      ...planTokenLife(planning, auth),
    },
  };
}
