interface Repeatable {
  readonly paths: Record<string, Record<string, unknown>>;
}

/** A JSON document with its paths again below `/copy2`, `/copy3`, … until it has so many bytes: as large as the largest, and as real. */
export function repeatDocument(text: string, bytes: number): string {
  const document = JSON.parse(text) as Repeatable;
  const paths = Object.entries(document.paths);
  const added = JSON.stringify(document.paths).length;
  for (let copy = 2, size = text.length; size < bytes; copy++, size += added) {
    for (const [path, item] of paths) {
      const again = Object.entries(item).map(([key, value]) => [key, renamed(value, copy)]);
      document.paths[`/copy${copy}${path}`] = Object.fromEntries(again);
    }
  }
  return JSON.stringify(document);
}

/** An operation under another id; whatever else stands in a path as it is. */
function renamed(value: unknown, copy: number): unknown {
  if (typeof value !== "object" || value === null || !("operationId" in value)) return value;
  return { ...value, operationId: `${String(value.operationId)}-copy${copy}` };
}
