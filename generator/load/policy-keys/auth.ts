/** How calls prove who they come from. */
import { z } from "zod";
import { defaultClientAuth, defaultExpiresIn, defaultRefreshBefore, defaultRefreshOn } from "../../policy-defaults.ts";
import { printDuration } from "../../policy-model.ts";
import { entry, flag, type Key, key, layer, list, named, noneOr, oneOf } from "../policy-key.ts";
import { duration } from "../policy-quantities.ts";
import { constant, count, text } from "../policy-scalars.ts";
import { condition, pointer, template } from "./expressions.ts";
import { requestSignature } from "./request-signature.ts";
import { source } from "./source.ts";

const lifecycle = layer({
  expiresIn: key(
    layer({
      from: key(pointer, "field of the token answer with its lifetime", {
        default: `$response.body#/${defaultExpiresIn.path.join("/")}`,
      }),
      unit: key(oneOf("seconds", "milliseconds"), "its unit; mandatory beside `from`", {
        default: defaultExpiresIn.unit,
      }),
    }),
    "how long a token lives",
  ),
  refreshBefore: key(duration({ zero: true }), "how long before its end a token is renewed", {
    default: printDuration(defaultRefreshBefore),
  }),
  refreshOn: key(
    list(count(100, "write HTTP status codes")),
    "statuses after which the credentials are renewed and the call repeated once; `[]`: never",
    { default: defaultRefreshOn },
  ),
  rotation: key(
    oneOf("none", "singleUse"),
    "`singleUse`: each refresh token works once, so the new one is stored first",
    {
      default: "none",
    },
  ),
  invalidGrant: key(
    layer({
      when: key(condition, "answers of the token endpoint that only a person can mend"),
      as: key(oneOf("ReauthorizationRequired", "ReauthorizationRequiredError"), "the error that says so", {
        default: "ReauthorizationRequiredError",
      }),
    }),
    "when the refresh token is dead",
  ),
});

const application = entry(
  {
    value: key(
      template,
      "what is sent; `{name}` is a credential, `{accessToken}` the token, `{signature}` the signature",
      {
        examples: ["Bearer {secretKey}"],
      },
    ),
  },
  {
    header: key(text(), "header that takes it"),
    query: key(text(), "query parameter that takes it; needs `allowInUrl: true`"),
    cookie: key(text(), "cookie that takes it"),
    allowInUrl: key(flag, "the provider knows no other way than the URL, which ends up in logs", { default: false }),
  },
  "application",
);

const session = entry(
  {
    operation: key(text(), "operationId of the login call"),
    token: key(pointer, "where its answer holds the token, `{accessToken}` in `apply`", {
      examples: ["$response.body#/token"],
    }),
  },
  { pass: key(named(template), "parameters and properties of the body of the login call; `{name}` is a credential") },
);

const keys = layer(
  {
    scheme: key(text(), "name of the security scheme in the document; may be left out where there is one"),
    flow: key(
      oneOf("apiKey", "basic", "bearer", "clientCredentials", "refreshToken", "jwtBearer", "session", "sigv4", "hmac"),
      "how the credential is obtained; without it, as the scheme in the document says",
    ),
    tokenUrl: key(template, "URL of the token endpoint, `{name}` is a server variable; without it, the document's"),
    clientAuth: key(oneOf("body", "basic", "privateKeyJwt"), "how the client shows itself to the token endpoint", {
      default: defaultClientAuth,
    }),
    params: key(named(constant), "further parameters of the token request; `{name}` is a credential"),
    scopes: key(list(text()), "scopes that are asked for"),
    apply: key(
      z.union([list(application), application]),
      "where the credential goes, one place or several; without it, as the scheme says",
    ),
    lifecycle: key(lifecycle, "how tokens are renewed"),
    session: key(session, "the login call of `flow: session`"),
    sign: key(
      requestSignature,
      "signature over each request, or over the assertion of `jwtBearer` and `privateKeyJwt`",
    ),
    mode: key(
      named(text(undefined, "a regular expression such as `^sk_live_`")),
      "name of a tier, and the regular expression of credentials that mean it: picks the tier, and keeps live keys out of tests",
      { examples: [{ live: "^sk_live_", sandbox: "^sk_test_" }] },
    ),
    source,
  },
  "auth",
);

export const auth: Key = key(noneOr(keys), "how calls are authenticated; `none`: not at all");
