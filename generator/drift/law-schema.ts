/** The law for edits of schemas: what we send (request) must not be narrowed, what we are given (response) must not be widened. */
import { type LawRow, type Mark, row } from "./law-row.ts";

const NOTHING = "nothing to do";
const REGENERATE = "regenerate the client; the compiler shows each place";
const SENT = "change the values that are sent there, then regenerate";
const READ = "handle the new case where the value is read, then regenerate";

const NARROWED = "values that were taken are refused now";
const TAKEN = "all that was sent is still taken";
const GIVEN = "all that is given was possible before";
const WIDER = "code that reads it meets values that it does not expect";
const LIMITS = "types do not change; a value beyond the new limit is refused";
const QUIET = "no TypeScript code depends on it; only strict validation of responses would refuse such values";

const CHECK_VALUES = "check the values that are sent there against the new limit";
const CHECK_STORAGE = "check whatever relies on the old limit, such as the width of a database column";

/** An edit in both directions. */
function both(
  edit: string,
  request: readonly [mark: Mark, why: string, fix: string],
  response: readonly [mark: Mark, why: string, fix: string],
): LawRow[] {
  return [row(edit, "request", ...request), row(edit, "response", ...response)];
}

const safeRequest = ["S", TAKEN, NOTHING] as const;
const safeResponse = ["S", GIVEN, NOTHING] as const;

/** Asks more of values: told where we send them. */
function constraint(edit: string): LawRow[] {
  return both(edit, ["R", LIMITS, CHECK_VALUES], safeResponse);
}

/** Asks less of values: noise in responses, unless they are validated strictly. */
function release(edit: string): LawRow[] {
  return [
    row(edit, "request", ...safeRequest),
    row(edit, "response", "R", "responses are validated strictly, so that the new values are errors", CHECK_STORAGE, [
      "strict",
    ]),
    row(edit, "response", "S", QUIET, NOTHING),
  ];
}

const types: LawRow[] = [
  ...both(
    "type-changed",
    ["U", "values of the old type are refused, and the argument's type changes", SENT],
    ["U", "code that reads the value gets one of another type", READ],
  ),
  ...both("type-widened", safeRequest, ["U", WIDER, READ]),
  ...both("type-narrowed", ["U", NARROWED, SENT], safeResponse),
  ...both("became-nullable", safeRequest, ["U", "reading a member of null fails at run time", READ]),
  ...both("became-not-nullable", ["U", "null is refused now", SENT], safeResponse),
  ...both("format-added", ["R", LIMITS, CHECK_VALUES], safeResponse),
  ...both("format-removed", safeRequest, ["R", "what was parsed by its format may be any text now", READ]),
  ...both(
    "format-changed",
    ["R", "the same type is written in another form", SENT],
    ["R", "the same type is written in another form, which parsing may not take", READ],
  ),
  ...both("format-widened", safeRequest, [
    "R",
    "larger or more precise values than a column or number may hold",
    CHECK_STORAGE,
  ]),
  ...both("format-narrowed", ["R", LIMITS, CHECK_VALUES], safeResponse),
];

const values: LawRow[] = [
  ...both("enum-added", ["U", "any other value is refused now", SENT], safeResponse),
  row("enum-removed", "request", ...safeRequest),
  row("enum-removed", "response", "S", "the generated type takes unknown values already", NOTHING, ["open"]),
  row("enum-removed", "response", "U", WIDER, READ),
  row("enum-value-added", "request", ...safeRequest),
  row("enum-value-added", "response", "S", "the generated type takes unknown values already", NOTHING, ["open"]),
  row("enum-value-added", "response", "U", "a switch over all values meets one that it does not know", READ),
  ...both(
    "enum-value-removed",
    ["U", "the value is refused now", "send another value; the compiler shows each use of it"],
    ["R", "comparisons with the value are dead code, and the compiler says so", "remove the case"],
  ),
  ...both(
    "const-changed",
    ["U", "the one value that was taken is refused", REGENERATE],
    ["U", "comparisons with the old value never hold", REGENERATE],
  ),
  ...["default-added", "default-removed", "default-changed"].flatMap((edit) => [
    row(edit, "request", "S", "the policy supplies it, so that the default is never asked for", NOTHING, ["supplied"]),
    ...both(
      edit,
      [
        "R",
        "calls that leave it out behave differently, without any error",
        "send the value that is meant, instead of relying on the default",
      ],
      ["S", "a default says nothing of values that are given", NOTHING],
    ),
  ]),
];

const members: LawRow[] = [
  ...both("property-added", safeRequest, ["S", "unknown members were ignored so far", NOTHING]),
  ...both(
    "required-property-added",
    ["B", "requests without it are refused, and the argument's type requires it", "give it in each call"],
    ["S", "unknown members were ignored so far", NOTHING],
  ),
  ...both(
    "property-removed",
    [
      "U",
      "code that gives it no longer compiles, and the provider may drop the value without an error",
      "stop sending it; look for what replaces it",
    ],
    ["U", "code that reads it gets undefined, and no longer compiles", "stop reading it; look for what replaces it"],
  ),
  ...both(
    "property-became-required",
    ["B", "requests without it are refused", "give it in each call; calls that do already are not touched"],
    safeResponse,
  ),
  ...both("property-became-optional", safeRequest, [
    "U",
    "code that reads it without asking may get undefined",
    "handle undefined where it is read",
  ]),
  ...both("became-read-only", ["U", "the provider ignores or refuses it in requests", "stop sending it"], safeResponse),
  row("became-not-read-only", "request", "B", "it is required in requests now", "give it in each call", ["required"]),
  ...both("became-not-read-only", safeRequest, safeResponse),
  ...both("became-write-only", safeRequest, ["U", "it is no longer in responses", "stop reading it"]),
  ...both("became-not-write-only", safeRequest, ["S", "unknown members were ignored so far", NOTHING]),
  row("schema-deprecated", "any", "N", "it will go some day", "look for what replaces it"),
  row("schema-reactivated", "any", "S", "it stays", NOTHING),
  ...both(
    "additional-properties-closed",
    ["R", "members that are not described are refused now", "check that only described members are sent"],
    safeResponse,
  ),
  ...both("additional-properties-opened", safeRequest, ["S", "unknown members pass anyway", NOTHING]),
  ...constraint("pattern-property-added"),
  ...release("pattern-property-removed"),
];

const bounds: LawRow[] = [
  "minimum",
  "maximum",
  "min-length",
  "max-length",
  "min-items",
  "max-items",
  "min-properties",
  "max-properties",
  "multiple-of",
].flatMap((name) => [...constraint(`${name}-tightened`), ...release(`${name}-loosened`)]);

const constraints: LawRow[] = [
  ...bounds,
  ...constraint("multiple-of-changed"),
  ...constraint("pattern-added"),
  ...release("pattern-removed"),
  ...both("pattern-changed", ["R", "whether the old values fit cannot be told", CHECK_VALUES], safeResponse),
  ...constraint("unique-items-added"),
  ...release("unique-items-removed"),
  ...constraint("not-added"),
  ...release("not-removed"),
  row("not-changed", "request", "R", "whether the old values fit cannot be told", CHECK_VALUES),
  ...release("not-changed").filter(({ direction }) => direction === "response"),
  ...constraint("condition-added"),
  ...release("condition-removed"),
  row("condition-changed", "request", "R", "whether the old values fit cannot be told", CHECK_VALUES),
  ...release("condition-changed").filter(({ direction }) => direction === "response"),
  ...["content-media-type-changed", "content-encoding-changed", "content-schema-changed"].flatMap((edit) =>
    both(
      edit,
      ["R", "the text inside the value is written in another form", SENT],
      ["R", "the text inside the value is written in another form", READ],
    ),
  ),
];

const TAGS = "values are told apart in another way, so that the wrong form may be taken";

const compositions: LawRow[] = [
  ...both("union-member-added", safeRequest, [
    "U",
    "code that tells the forms apart meets one that it does not know",
    READ,
  ]),
  ...both(
    "union-member-removed",
    ["U", "values of this form are refused now", SENT],
    ["R", "code for this form is dead, and the compiler says so", "remove the case"],
  ),
  ...constraint("union-added"),
  ...release("union-removed"),
  ...both("all-of-added", ["U", NARROWED, SENT], safeResponse),
  ...both(
    "all-of-removed",
    ["R", "members of that schema may be dropped without an error", CHECK_VALUES],
    ["U", "members of that schema are gone", READ],
  ),
  ...both("prefix-item-added", ["R", LIMITS, CHECK_VALUES], ["R", "items have a meaning by their position now", READ]),
  ...both(
    "prefix-item-removed",
    ["U", "the position has no meaning any more", SENT],
    ["U", "the position has no type any more: anything may stand there", READ],
  ),
  ...both("discriminator-added", ["U", TAGS, SENT], ["R", TAGS, READ]),
  ...["discriminator-removed", "discriminator-property-changed", "discriminator-mapping-changed"].flatMap((edit) =>
    both(edit, ["U", TAGS, SENT], ["U", TAGS, READ]),
  ),
  ...both("discriminator-mapping-removed", ["U", "values with this tag are refused now", SENT], ["U", TAGS, READ]),
  ...both("discriminator-mapping-added", safeRequest, ["R", "values with an unknown tag may come", READ]),
];

export const schemaLaw: readonly LawRow[] = [...types, ...values, ...members, ...constraints, ...compositions];
