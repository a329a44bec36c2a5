import { child, isMap, type JsonMap, type JsonValue, own, type Path } from "./json-tree.ts";
import { callbackEntries, type Kind, type Slot, type Structure } from "./structure.ts";

type Visitor = (kind: Kind, value: JsonMap, path: Path | undefined) => void;

/** Visits each OpenAPI object of a bundled document once, outside in. References are not followed. Never recurses. */
export function walk(root: JsonMap, structure: Structure, visitor: Visitor): void {
  const stack: { kind: Kind; value: JsonValue; path: Path | undefined }[] = [
    { kind: "document", value: root, path: undefined },
  ];
  const push = (slot: Slot, held: JsonValue, path: Path): void => {
    if (typeof held !== "object" || held === null) return;
    if (slot.form === "one" || (slot.form === "oneOrList" && !Array.isArray(held))) {
      stack.push({ kind: slot.kind, value: held, path });
      return;
    }
    const keys = Object.keys(held);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i] as string;
      if (slot.open && key.startsWith("x-")) continue;
      stack.push({ kind: slot.kind, value: (held as JsonMap)[key] as JsonValue, path: child(path, key) });
    }
  };
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { kind, value, path } = next;
    if (!isMap(value)) continue;
    visitor(kind, value, path);
    if (kind === "callback") {
      for (const key of Object.keys(value)) {
        if (!key.startsWith("x-"))
          stack.push({ kind: callbackEntries.kind, value: value[key] as JsonValue, path: child(path, key) });
      }
      continue;
    }
    const shape = structure.shapes[kind];
    for (const key of Object.keys(shape)) {
      const held = own(value, key);
      if (held !== undefined) push(shape[key] as Slot, held, child(path, key));
    }
  }
}
