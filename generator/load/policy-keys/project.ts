/** Where the provider is, which versions there are, what is generated, and which credentials there are. */
import { defaultDeprecation, supportWarningDays } from "../../policy-defaults.ts";
import { declared, entry, flag, type Key, type Keys, key, layer, list, named, oneOf } from "../policy-key.ts";
import { constant, date, text } from "../policy-scalars.ts";
import { pointer } from "./expressions.ts";
import { source } from "./source.ts";

const member = text(/^[A-Za-z_$][A-Za-z0-9_$]*\.[A-Za-z_$][A-Za-z0-9_$]*$/, "`namespace.method`");
const identifier = text(/^[A-Za-z_$][A-Za-z0-9_$]*$/, "an identifier");

export const servers: Key = key(
  declared(
    layer({
      url: key(text(), "https URL; `{name}` is a server variable", { examples: ["https://api.example.com"] }),
      default: key(flag, "used unless createClient({ server }) says another", { default: false }),
    }),
  ),
  "hosts by name; credentials travel to these only. Without it, the document's",
);

export const serverVariables: Key = key(
  named(
    layer({
      required: key(flag, "createClient must be given a value", { default: false }),
      pattern: key(text(), "regular expression of the whole value; mandatory where it becomes part of a host"),
      enum: key(list(text()), "the only values"),
      default: key(text(), "value when none is given"),
    }),
    text(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "the name of a server variable"),
  ),
  "what the URLs of servers leave open",
);

const paths = key(list(text(/^\//, "a path glob such as `/v1/*`")), "globs on path templates", {
  examples: [["/v1/*"]],
});
const operations = key(list(text()), "globs on operationIds", { examples: [["list*"]] });
const tags = key(list(text()), "tags of the document");
const deprecated = key(flag, "whether the document calls it deprecated");

const filter = entry({}, { operations, tags, paths, deprecated }, "filter");
export const include: Key = key(filter, "operations that are generated; without it, all");
export const exclude: Key = key(filter, "operations that are not generated, also if `include` names them");
/** What a rule may look at, methods apart. */
export const matchKeys: Keys = {
  operations,
  tags,
  paths,
  deprecated,
};

export const names: Key = key(
  layer(
    {
      operations: key(named(member), "operationId to `namespace.method`", {
        examples: [{ orders_get: "orders.list" }],
      }),
      schemas: key(named(identifier), "schema to the name of its type"),
      tags: key(named(identifier), "tag to namespace"),
    },
    "names",
  ),
  "what generated things are called; without it, names come from the document and stay as the lock has them",
);

const credential = layer(
  {
    env: key(
      text(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
      "environment variable that holds it",
    ),
    store: key(text(), "store of createClient({ stores }) that holds it, for tokens that change"),
    provider: key(text(), "function of createClient({ auth }) that gives it"),
    secret: key(flag, "never shown", { default: true }),
    pattern: key(text(), "regular expression that a value must fit"),
    source,
  },
  "credential",
);
export const credentials: Key = key(
  declared(credential),
  "inputs of `auth` and `webhooks`; a literal cannot be written",
);

const pin = entry(
  {
    in: key(oneOf("path", "header", "query"), "where the version goes"),
    name: key(text(), "name of the parameter"),
    value: key(constant, "the version as the provider writes it", { examples: ["2026-07"] }),
  },
  { source },
  "pin",
);

/** A version, but for its own policy. */
export const versionKeys: Keys = {
  spec: key(text(), "the document, from the policy's folder", { default: "<version>/openapi.yaml (or .json)" }),
  overlays: key(list(text()), "overlays, from the policy's folder, in the order of application", {
    default: ["<version>/overlay.yaml"],
  }),
  pin: key(pin, "parameter that fixes the version in every call"),
  supportedUntil: key(
    date,
    `day on which the provider ends it; a warning ${supportWarningDays} days before, an error after`,
  ),
  source,
};

export const versionLabel: Key["schema"] = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  "a version label of letters, digits, `.`, `_` and `-`",
);

export const versioning: Key = key(
  layer({
    echo: key(pointer, "header that tells the version that answered; another than the pin is reported"),
    deprecation: key(
      oneOf("report", "ignore", "fail"),
      "what the headers Deprecation, Sunset and Link rel=deprecation do",
      { default: defaultDeprecation },
    ),
  }),
  "how the provider tells versions",
);
