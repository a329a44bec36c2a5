/** How a list goes on over pages, as descriptors say it. */

import type { BodyPlace } from "./body-place.ts";
import type { Pointer } from "./descriptor.ts";
import type { PageTotal } from "./page-total.ts";
import type { PageStrategy } from "./paginate.ts";

export interface Pagination {
  readonly use: PageStrategy;
  /** JSON Pointer of the items in the page's body; `[]` is the body itself. */
  readonly items: readonly string[];
  /** Input key of the page-size parameter, or its place elsewhere, and the value sent when the caller gives none. */
  readonly pageSize?: { readonly param?: string; readonly place?: PlaceRule; readonly default?: number };
  readonly maxPages: number;
  /** Page, offset, cursor and lastId: input key that carries the position. */
  readonly param?: string;
  /** The same where the position is no parameter: `bodyPlace`. */
  readonly place?: PlaceRule;
  /** Cursor: where the next cursor stands. nextUrl: where the next URL stands. */
  readonly next?: Pointer;
  /** Link: relation type, usually `next`. */
  readonly rel?: string;
  /** lastId: JSON Pointer of the id in an item. */
  readonly idOf?: readonly string[];
  readonly hasMore?: Pointer;
  /** Page: number of the first page. Offset: that of the first item; needed for a `total`. */
  readonly start?: number;
  /** `totalItems` or `totalPages`: the last page is known before an empty one comes. */
  readonly total?: { readonly use: PageTotal; readonly from: Pointer };
  /** Absent: a page without items ends the list where pages, items or ids are counted on, and only there. */
  readonly stopOnEmpty?: boolean;
}

/** A place of the input, beside its parameters. */
export interface PlaceRule {
  readonly use: BodyPlace;
  readonly path: readonly string[];
}
