/** How an operation is authorised: names of credentials and where they go, never a value. */
import type { AuthScheme, Connector } from "@couplet/runtime/codegen/v1";
import { toConditionText } from "../expression-text.ts";
import { featureName, type JsonObject, type Plan } from "../model.ts";
import { type Node, textAt } from "../plan/layers.ts";
import { toDurationValue, toJsonPointer } from "./policy-text.ts";

/** `written` tells an API key from a bearer token, which are sent alike. */
export function toAuthBlock(name: string, scheme: Plan<AuthScheme>, written?: Node): JsonObject {
  const { token, refreshOn } = scheme;
  const use = featureName(scheme.use) ?? "";
  return {
    scheme: name,
    flow:
      use === "staticCredential" ? (textAt(written, "flow") ?? "apiKey") : use === "basicCredential" ? "basic" : use,
    apply: scheme.apply.map((one) => ({ [one.in]: one.name, value: one.value })),
    ...(token === undefined
      ? {}
      : {
          tokenUrl: token.url,
          clientAuth: token.clientAuth,
          scopes: token.scopes,
          ...(Object.keys(token.params).length === 0 ? {} : { params: token.params }),
        }),
    lifecycle: {
      ...(token === undefined
        ? {}
        : {
            expiresIn: { from: `$response.body#${toJsonPointer(token.expiresIn.path)}`, unit: token.expiresIn.unit },
            refreshBefore: toDurationValue(token.refreshBefore),
            rotation: token.rotation,
            ...(token.invalidGrant === undefined
              ? {}
              : { invalidGrant: { when: toConditionText(token.invalidGrant) } }),
          }),
      refreshOn,
    },
  };
}

/** The credentials that schemes need, by name, and the variable that gives each when the application does not. */
export function toCredentialsBlock(connector: Plan<Connector>, schemes: readonly string[]): JsonObject {
  const names = new Set(schemes.flatMap((name) => connector.auth[name]?.credentials ?? []));
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const env = connector.credentials[name]?.env;
      return [name, env === undefined ? {} : { env }];
    }),
  );
}
