interface Repeatable {
  readonly paths: Record<string, Record<string, unknown>>;
}

/** A JSON document with its paths again below `/copy2`, `/copy3`, … until it has so many bytes: as large as the largest, and as real. */
export function repeatDocument(text: string, bytes: number): string {
  const document = JSON.parse(text) as Repeatable;
  const paths = Object.entries(document.paths);
  let size = text.length;
  for (let index = 0; size < bytes && paths.length > 0; index++) {
    const copy = 2 + Math.floor(index / paths.length);
    const [path, item] = paths[index % paths.length]!;
    const again = Object.fromEntries(Object.entries(item).map(([key, value]) => [key, renamed(value, copy)]));
    document.paths[`/copy${copy}${path}`] = again;
    size += JSON.stringify(again).length + path.length;
  }
  return JSON.stringify(document);
}

/** An operation under another id; whatever else stands in a path as it is. */
function renamed(value: unknown, copy: number): unknown {
  if (typeof value !== "object" || value === null || !("operationId" in value)) return value;
  return { ...value, operationId: `${String(value.operationId)}-copy${copy}` };
}
