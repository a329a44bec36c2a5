/** Values that are to be seen as another type, where the document holds none such. */
import type { Row } from "./row.ts";

const given = "typed" as const;

export const coerceRows: readonly Row[] = [
  {
    what: "a schema that is not there",
    policy: "coerce: [{ schema: «Thng», field: id, from: int64, to: string }]",
    code: "P202",
    message: "there is no schema `Thng`",
    fix: "did you mean `Thing`?",
  },
  {
    what: "a property that is not there",
    policy: "coerce: [{ schema: Born, field: «borne», from: epochSeconds, to: Date }]",
    given,
    code: "P410",
    message: "the schema `Born` itself has no property `borne`",
    fix: "did you mean `born`?",
  },
  {
    what: "a property of another schema",
    policy: "coerce: [{ schema: Cat, field: «born», from: epochSeconds, to: Date }]",
    given,
    code: "P410",
    message: "the schema `Cat` itself has no property `born`",
    fix: "it comes from `Born`: write `schema: Born`",
  },
  {
    what: "a property in one that holds none",
    policy: "coerce: [{ schema: Born, field: «/born/year», from: int64, to: string }]",
    given,
    code: "P410",
    message: "the schema `Born` itself has no property `year`",
    fix: "name the schema whose property it is",
  },
  {
    what: "a type that holds no such value",
    policy: "coerce: [{ schema: Born, field: born, from: «iso8601», to: Date }]",
    given,
    code: "P410",
    message: "`born` of `Born` is integer, which holds no `iso8601`",
    fix: "correct `from`, or repair the document",
  },
  {
    what: "a list of values that hold no such value",
    policy: "coerce: [{ schema: Dog, field: tags, from: «int64», to: bigint }]",
    given,
    code: "P410",
    message: "`tags` of `Dog` is boolean, which holds no `int64`",
    fix: "correct `from`, or repair the document",
  },
  {
    what: "a decimal as a bigint",
    policy: "coerce: [{ schema: Born, field: born, from: decimal, to: «bigint» }]",
    given,
    code: "P003",
    message: "`decimal` cannot become a `bigint`",
    fix: "write `string` or `number`",
  },
  {
    what: "two types for one property",
    policy:
      "coerce: [{ schema: Born, field: born, from: int64, to: string }, «{ schema: Born, field: born, from: int64, to: bigint }»]",
    given,
    code: "P301",
    message: "`Born.born` is coerced twice, in different ways (the other is at policy.yaml:4:10)",
    fix: "take one of them out",
  },
  {
    what: "a schema that no answer holds",
    policy: "coerce: [«{ schema: Born, field: born, from: epochSeconds, to: Date }»]",
    given: "unanswered",
    code: "P205",
    severity: "warning",
    message: "no answer holds `Born`, and only answers are coerced",
    fix: "take it out, or name the schema that answers have",
  },
  {
    what: "a member of a union that nothing tells from another",
    policy: "coerce: [«{ schema: Dog, field: seen, from: epochSeconds, to: Date }»]",
    given,
    code: "P301",
    message: "`Cat` that holds for the same values as `Dog` has `seen` too, not coerced",
    fix: "coerce it in `Cat` in the same way, or take this out",
  },
];
