/** P410: places of `redact.body` that no body has, so that nothing is hidden there. */
import type { ApiDocument, SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import { isInBase, type PolicyPath } from "../policy-model.ts";
import { parseJsonPointer } from "./expression.ts";
import type { Findings } from "./findings.ts";
import { itemsOf, leafAt, type Node, textAt } from "./layers.ts";
import { type Lookup, lookUp, responseSchemasOf } from "./schema-pointer.ts";

interface Place {
  readonly path: PolicyPath;
  readonly text: string;
  readonly pointer: readonly string[];
  absent?: Lookup & { readonly kind: "absent" };
  isFine: boolean;
}

/** Collects over operations: a place is a mistake when no body of those to which it applies can have it. */
export class RedactedPlaces {
  readonly #document: ApiDocument;
  readonly #places = new Map<Node, readonly Place[]>();

  constructor(document: ApiDocument) {
    this.#document = document;
  }

  note(maps: readonly Node[], operation: SpecOperation): void {
    for (const map of maps) {
      const open = this.#placesOf(map).filter(({ isFine }) => !isFine);
      if (open.length === 0) continue;
      const bodies = [
        responseSchemasOf(operation, () => true),
        (operation.requestBody?.content ?? []).flatMap(({ schema }) => schema ?? []),
      ].filter((schemas) => schemas.length > 0);
      for (const place of open) {
        for (const schemas of bodies) {
          const lookup = lookUp(this.#document, schemas, place.pointer);
          if (lookup.kind === "absent") place.absent ??= lookup;
          else place.isFine = true;
        }
      }
    }
  }

  /** A warning: providers send more than they document, and hiding that is right. */
  report(findings: Findings): void {
    for (const { path, text, pointer, absent, isFine } of [...this.#places.values()].flat()) {
      if (isFine || absent === undefined) continue;
      const near = nearest(pointer[absent.at] ?? "", absent.known);
      findings.warn(
        { path },
        {
          code: "P410",
          message: `no documented body has \`${text}\`, so nothing is hidden there`,
          fix: near ? `one has \`${near}\`` : "correct it, or take it out if nothing of the kind is sent",
        },
      );
    }
  }

  #placesOf(map: Node): readonly Place[] {
    const known = this.#places.get(map);
    if (known !== undefined) return known;
    const places = itemsOf(leafAt(map, "body")).flatMap((item): Place[] => {
      const text = textAt(item) ?? "";
      const pointer = parseJsonPointer(text);
      // A base is written for many documents.
      return pointer === undefined || pointer.length === 0 || isInBase(item.path)
        ? []
        : [{ path: item.path, text, pointer, isFine: false }];
    });
    this.#places.set(map, places);
    return places;
  }
}
