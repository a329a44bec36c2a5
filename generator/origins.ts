/** Where a client connects to: the lock pins it, so that a provider's document cannot move credentials unseen. */

import type { Diagnostic, Location } from "./errors.ts";
import { pointerTo } from "./json-pointer.ts";
import type { LockedVersion } from "./lock.ts";
import type { ApiDocument, VersionPlan } from "./model.ts";
import { originOf } from "./plan/url-template.ts";
import type { PolicySource } from "./policy-model.ts";

export interface UsedOrigin {
  /** Scheme, host and port; variables stay as `{name}`. */
  readonly origin: string;
  /** `a server`, `the token endpoint of "oauth"`. */
  readonly use: string;
  readonly place: () => Location;
}

/** Everything that a client of this version connects to. Next pages and redirects never leave these. */
export function usedOrigins(document: ApiDocument, policy: PolicySource | undefined, plan: VersionPlan): UsedOrigin[] {
  const used: UsedOrigin[] = [];
  const add = (url: string | undefined, use: string, place: () => Location): void => {
    const origin = url === undefined ? undefined : originOf(url)?.toLowerCase();
    if (origin !== undefined && !used.some((one) => one.origin === origin)) used.push({ origin, use, place });
  };
  for (const { name, url } of plan.connector.servers) {
    const index = document.servers.findIndex((server) => server.url.replace(/\/+$/, "") === url);
    const path = ["servers", name, "url"];
    const inPolicy = policy?.has(path) === true || index === -1;
    add(url, `the server ${JSON.stringify(name)}`, () =>
      inPolicy && policy ? policy.locate(path, { of: "value" }) : document.locate(`/servers/${Math.max(0, index)}/url`),
    );
  }
  for (const [name, scheme] of Object.entries(plan.connector.auth)) {
    add(scheme.token?.url, `the token endpoint of ${JSON.stringify(name)}`, () =>
      policy?.has(["auth", "tokenUrl"])
        ? policy.locate(["auth", "tokenUrl"], { of: "value" })
        : document.locate(pointerTo("/components/securitySchemes", name)),
    );
  }
  for (const { spec, descriptor, id } of plan.namespaces.flatMap(({ operations }) => operations))
    add(descriptor.server, `the server of ${id}`, () => document.locate(`${spec.pointer}/servers/0/url`));
  return used;
}

/** Origins that the lock does not know, as errors; a version that is not in the lock yet has none. */
export function unpinnedOrigins(
  used: readonly UsedOrigin[],
  locked: LockedVersion | undefined,
  name: string,
  severity: Diagnostic["severity"],
): Diagnostic[] {
  if (locked === undefined) return [];
  // Earlier locks held whole URLs.
  const pinned = new Set(locked.origins.map((url) => originOf(url)?.toLowerCase()));
  return used
    .filter(({ origin }) => !pinned.has(origin))
    .map(({ origin, use, place }) => ({
      ...place(),
      code: "L003",
      severity,
      message: `${use} is at ${origin}, where ${name} sent nothing before: credentials would go to a new place`,
      fix:
        severity === "error"
          ? `ask the provider; if it is right, \`couplet update ${name}\` accepts it`
          : "ask the provider, and look at the lock's `origins`",
    }));
}
