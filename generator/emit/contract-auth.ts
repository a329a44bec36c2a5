/** What a contract suite needs to be authorised: samples, never keys. */
import type { AuthScheme, Connector } from "@couplet/runtime/codegen/v1";
import { featureName, type Json, type Plan } from "../model.ts";
import { samplePattern } from "./pattern-sample.ts";

type Scheme = Plan<AuthScheme>;

/** Everything in a scheme that names credentials. */
function templatesOf({ apply, token, session, sign }: Scheme): readonly string[] {
  const assertions = [token?.assertion, token?.clientAssertion].flatMap((one) =>
    one ? [one.keyId ?? "", ...Object.values(one.claims)] : [],
  );
  return [
    ...apply.map(({ value }) => value),
    ...[token?.clientId, token?.clientSecret, token?.refreshToken].map((template) => template ?? ""),
    ...Object.values({ ...token?.params, ...session?.parameters, ...session?.body }),
    ...assertions,
    ...(sign && "signed" in sign ? [sign.signed] : []),
  ];
}

/** Members of a structured value that templates ask for. */
function membersOf(templates: readonly string[], name: string): readonly string[] {
  return templates.flatMap((template) =>
    [...template.matchAll(/\{([^{}.]+)\.([^{}]+)\}/g)]
      .filter((found) => found[1] === name)
      .map((found) => found[2] ?? ""),
  );
}

function sampleOf(templates: readonly string[], name: string, text: string): Json {
  const members = membersOf(templates, name);
  return members.length === 0 ? text : Object.fromEntries(members.map((member) => [member, `sample-${member}`]));
}

/** Credentials that must be real keys, by name: `{name}` is the whole template of a key. */
function keysOf(schemes: readonly Scheme[]): Record<string, Json> {
  const keys = schemes.flatMap(({ token, sign }) => [
    token?.assertion,
    token?.clientAssertion,
    sign && "key" in sign ? sign.key : undefined,
  ]);
  return Object.fromEntries(
    keys.flatMap((one) => {
      // Any text is a key of hmac.
      if (one === undefined || (one.algorithm === "hmac" && one.encoding === "utf8")) return [];
      const { algorithm, hash, encoding } = one;
      return [[one.key.slice(1, -1), { algorithm, hash, encoding }]];
    }),
  );
}

/** `baseOf`: where calls go, by the operation's own server where it has one. */
export function contractAuth(
  connector: Plan<Connector>,
  baseOf: (server: string | undefined) => string,
): Record<string, Json> {
  const schemes = Object.values(connector.auth);
  const templates = schemes.flatMap(templatesOf);
  const auth = Object.entries(connector.credentials).map(([name, { pattern }]) => {
    const text = (pattern === undefined ? undefined : samplePattern(pattern)) ?? `sample-${name}`;
    return [name, sampleOf(templates, name, text)] as const;
  });
  const logins = schemes.flatMap(({ session }): Json[] => {
    if (session === undefined) return [];
    const { login, token } = session;
    const place =
      token.from === "header" ? { header: token.name } : token.from === "body" ? { body: [...token.path] } : {};
    return [{ method: login.method, url: `${baseOf(login.server).replace(/\/+$/, "")}${login.path}`, ...place }];
  });
  const keys = keysOf(schemes);
  const byApplication = schemes.some(({ sign }) => sign && featureName(sign.use) === "hookSignature");
  return {
    auth: Object.fromEntries(auth),
    ...(Object.keys(keys).length > 0 ? { keys } : {}),
    ...(logins.length > 0 ? { logins } : {}),
    ...(byApplication ? { signature: sampleOf(templates, "signature", "sample-signature") } : {}),
  };
}
