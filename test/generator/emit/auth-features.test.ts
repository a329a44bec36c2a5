/** What of the runtime's authentication a connector names: whatever it does not need stays out of its clients. */
import { describe, expect, test } from "vitest";
import { connectorFeatures } from "../../../generator/emit/features.ts";
import { feature, featureName, type VersionPlan } from "../../../generator/model.ts";

type Connector = VersionPlan["connector"];
type Scheme = Connector["auth"][string];

const key: Scheme = {
  use: feature("staticCredential"),
  credentials: ["key"],
  apply: [{ in: "header", name: "Authorization", value: "Bearer {key}" }],
  refreshOn: [401],
};
const token: NonNullable<Scheme["token"]> = {
  url: "https://auth.pay.example/token",
  clientAuth: "body",
  scopes: [],
  params: {},
  expiresIn: { path: ["expires_in"], unit: "seconds" },
  refreshBefore: 60_000,
  rotation: "none",
};
const pem = { algorithm: "rsa", hash: "sha256", key: "{key}", encoding: "pem" } as const;
const assertion = { ...pem, use: feature("signedAssertion"), claims: {}, lifetime: 60_000 };

/** Names of features in place of references to them. */
function named(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(named);
  return featureName(value) ?? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, named(member)]));
}

function features(
  auth: Record<string, Scheme>,
  security: readonly (readonly (readonly string[])[])[] = [[["main"]]],
  credentials: Connector["credentials"] = { key: {} },
): unknown {
  const operations = security.map((one) => ({ descriptor: { security: one } }));
  const connector = { servers: [], rateLimits: {}, auth, credentials };
  return named(connectorFeatures({ connector, namespaces: [{ operations }], policies: [] } as never));
}

describe("authorize", () => {
  test.each<[string, string | undefined, Record<string, Scheme>, readonly (readonly (readonly string[])[])[]]>([
    ["no scheme", undefined, {}, [[]]],
    ["one scheme", "oneScheme", { main: key }, [[["main"]], []]],
    ["another scheme for some operations", "oneScheme", { main: key, other: key }, [[["main"]], [["other"]]]],
    ["alternatives", "securitySchemes", { main: key, other: key }, [[["main"], ["other"]]]],
    ["two schemes at once", "securitySchemes", { main: key, other: key }, [[["main"]], [["main", "other"]]]],
    ["credentials that may be left out", "securitySchemes", { main: key }, [[["main"], []]]],
    ["none asked for, in so many words", "securitySchemes", { main: key }, [[[]]]],
  ])("%s: %s", (_, wanted, auth, security) => {
    const found = features(auth, security) as Record<string, unknown>;
    expect(found["authorize"]).toBe(wanted);
    expect(Object.hasOwn(found, "modes")).toBe(false);
  });
});

test.each<[string, Partial<Scheme>, object]>([
  ["a header", {}, { auth: { main: { apply: [{ in: "header" }] } } }],
  [
    "places other than headers",
    {
      apply: [
        { in: "query", name: "k", value: "{key}" },
        { in: "cookie", name: "k", value: "{key}" },
      ],
    },
    { auth: { main: { apply: [{ place: "inQuery" }, { place: "inCookie" }] } } },
  ],
  ["modes", { mode: { live: "^sk_live" } }, { modes: "credentialModes" }],
  [
    "a secret in a header",
    { token: { ...token, clientAuth: "basic" } },
    { auth: { main: { token: { prove: "basicProof" } } } },
  ],
  [
    "a client that signs",
    { token: { ...token, clientAuth: "none", clientAssertion: assertion } },
    { auth: { main: { token: { prove: "assertionProof" } } }, credentials: { key: { pem: true } } },
  ],
  ["a grant that is signed", { token: { ...token, assertion } }, { credentials: { key: { pem: true } } }],
  [
    "signed requests",
    { sign: { use: feature("keySignature"), key: pem, signed: "{path}", encoding: "hex" } },
    { credentials: { key: { pem: true } } },
  ],
  [
    "what an invalid grant is",
    { token: { ...token, invalidGrant: { op: "==", left: { from: "status" }, right: 403 } } },
    { auth: { main: { token: { conditions: "conditionHolds" } } } },
  ],
])("%s", (_, changes, wanted) => {
  expect(features({ main: { ...key, ...changes } })).toMatchObject(wanted);
});

test("a pattern of a credential, and a secret in the form, which needs nothing", () => {
  const found = features({ main: { ...key, token } }, undefined, { key: { pattern: "^sk_" }, other: { env: "OTHER" } });
  expect(found).toMatchObject({ credentials: { key: { pattern: "^sk_", looks: "credentialLooks" } } });
  expect(found).toHaveProperty("credentials.other", { env: "OTHER" });
  expect(found).toHaveProperty("auth.main.token", token);
});
