/** How a list goes on over pages. */
import { z } from "zod";
import { defaultMaxPages } from "../../policy-defaults.ts";
import { declared, flag, type Key, type Keys, key, layer, noneOr, oneOf } from "../policy-key.ts";
import { count, text } from "../policy-scalars.ts";
import { itemPointer, pointer } from "./expressions.ts";
import { source } from "./source.ts";

const pageSize = layer({
  param: key(pointer, "parameter, or place in the request body, that asks for a size", {
    examples: ["$request.query.limit"],
  }),
  default: key(count(), "size that is asked for when the caller does not say"),
  max: key(count(), "the largest size the provider gives"),
});

const keys: Keys = {
  style: key(
    oneOf("link", "cursor", "nextUrl", "page", "offset", "lastId"),
    "`link`: Link header; `nextUrl`: URL in the body; `cursor`: token in the body; `page`, `offset`: a number; `lastId`: id of the last item",
  ),
  items: key(z.union([z.literal("auto"), pointer]), "the list in the answer; `auto`: the only one there is", {
    examples: ["$response.body#/data"],
  }),
  param: key(
    pointer,
    "parameter, or place in the request body, that takes the position: of `page`, `offset` and `lastId`",
  ),
  cursor: key(
    layer({
      from: key(pointer, "where the next position stands in the answer"),
      to: key(pointer, "parameter, or place in the request body, that takes it; not for `nextUrl`"),
    }),
    "the next position of `cursor` and `nextUrl`",
  ),
  idOf: key(itemPointer, "the id in an item, for `lastId`", { examples: ["#/id"] }),
  hasMore: key(pointer, "a boolean that tells whether there is another page"),
  total: key(
    pointer,
    "number of all items, or of all pages for `page`; the end is known before an empty page is asked for",
  ),
  pageSize: key(pageSize, "how large pages are"),
  start: key(count(0), "number of the first page, or offset of the first item"),
  rel: key(text(), "relation of the Link header to follow", { default: "next" }),
  nextOrigins: key(oneOf("same", "any"), "where links may lead; credentials never travel to another origin", {
    default: "same",
  }),
  carry: key(oneOf("none", "all"), "which parameters of the first call go along with a link"),
  maxPages: key(count(), "pages after which a loop is assumed", { default: defaultMaxPages }),
  stopOnEmpty: key(
    flag,
    "a page without items is the last; by default so for `page`, `offset` and `lastId`, while a list that goes on by cursor or link may have empty pages",
  ),
  source,
};

export const paginators: Key = key(
  declared(layer(keys, "paginator")),
  "ways to page by name, for `pagination: { use }`",
);
export const pagination: Key = key(
  noneOr(
    layer({ use: key(text(), "name of one of `paginators`; keys beside it replace its keys"), ...keys }, "pagination"),
  ),
  "how the operation's list goes on over pages; replaced whole",
  { default: "none" },
);
