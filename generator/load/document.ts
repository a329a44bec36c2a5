import { InputError, type Location } from "../errors.ts";
import type { ApiDocument, JsonObject, Schema } from "../model.ts";
import { bundle } from "./bundle.ts";
import { type Dialect, detectDialect } from "./dialect.ts";
import { createReader, type DocumentReader, entriesOf, itemsOf } from "./document-reader.ts";
import { Findings, quoted } from "./findings.ts";
import { fromPointer, isMap, type JsonMap, own, ownMap, ownString, pathOf, setOwn } from "./json-tree.ts";
import { measure } from "./limits.ts";
import { lowerThreeTwo } from "./lower-three-two.ts";
import { operationsOf, webhooksOf } from "./normalise-operations.ts";
import { normaliseSchema } from "./normalise-schema.ts";
import { securitySchemesOf } from "./normalise-security.ts";
import { serversOf } from "./normalise-servers.ts";
import { expressNullability } from "./nullability.ts";
import type { Origins } from "./origins.ts";
import { MAX_CHECKS, repeatedChecks } from "./repeated-checks.ts";
import { rootMap } from "./source-document.ts";
import { createSourceSet, type SourceSet } from "./source-set.ts";
import { inputError } from "./source-text.ts";
import { structureOfThree, structureOfThreeTwo, structureOfTwo } from "./structure.ts";
import { prepareSwaggerTwo } from "./swagger-two.ts";
import { beforeUpgrade, upgradeToThreeOne } from "./upgrade.ts";
import { validateDocument } from "./validate.ts";

export interface LoadOptions {
  /** Folder that paths are given and told relative to; the process's own when absent. */
  readonly cwd?: string;
  /** Every finding is an error. */
  readonly strict?: boolean;
  /** OpenAPI Overlay documents, applied in this order; paths as the document's. */
  readonly overlays?: readonly string[];
  /** These very bytes were checked before, as a lock says: they are not held against OpenAPI's own schema again, and S020 is silent. */
  readonly isKnown?: boolean;
}

/**
 * Reads an OpenAPI document (Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2; JSON or YAML, one file or many) into the normalised
 * form. Reads only files in the document's own folder and never opens a connection.
 * Throws `InputError` with located findings when the document's meaning is not clear; what is clear in spite of a
 * mistake is read, with a warning in `diagnostics`.
 */
export async function loadDocument(file: string, options: LoadOptions = {}): Promise<ApiDocument> {
  const findings = new Findings();
  const set = createSourceSet(file, options.cwd ?? process.cwd(), options.overlays ?? [], findings);
  if (findings.failed) throw new InputError(findings.report());
  const dialect = detectDialect(set.root, findings);
  const root = rootMap(set.root);
  repairInfo(root, set, findings);
  const origins = await resolveAll(root, set, dialect, findings, options.isKnown === true);
  const upgraded = upgradeToThreeOne(root, dialect, origins);
  const locate = (tokens: readonly string[]): Location => origins.place(beforeUpgrade(tokens, dialect));
  expressNullability(upgraded, dialect === "3.1" || dialect === "3.2", { ...origins, place: locate }, findings);
  const reader = createReader(upgraded, findings, dialect, (tokens) => () => locate(tokens));
  const document = normalise(reader, set);
  const diagnostics = findings.report();
  const judged = options.strict ? diagnostics.map((found) => ({ ...found, severity: "error" as const })) : diagnostics;
  if (judged.some((found) => found.severity === "error")) throw new InputError(judged);
  return { ...document, diagnostics: judged, locate: (pointer) => locate(fromPointer(pointer.replace(/^#/, ""))) };
}

const structures = {
  "2.0": structureOfTwo,
  "3.0": structureOfThree,
  "3.1": structureOfThree,
  "3.2": structureOfThreeTwo,
};

/** Bundles and validates in the document's own dialect; stops here when references lead nowhere. */
async function resolveAll(
  root: JsonMap,
  set: SourceSet,
  dialect: Dialect,
  findings: Findings,
  isKnown: boolean,
): Promise<Origins> {
  const structure = structures[dialect];
  const origins = bundle(set, root, { structure, siblingsIgnored: dialect === "2.0" || dialect === "3.0", findings });
  repairPaths(root, origins, findings);
  const restore = dialect === "3.2" ? lowerThreeTwo(root, origins, findings) : undefined;
  if (findings.failed) throw new InputError(findings.report());
  const { fault } = measure(root);
  if (fault) {
    const message = `${fault.message}, once the files are put together`;
    throw inputError("S005", origins.place(fault.tokens), message, fault.fix);
  }
  if (!isKnown) await validateDocument(root, origins, findings);
  restore?.();
  if (dialect === "2.0") prepareSwaggerTwo(root, origins, findings);
  return origins;
}

/** `version: 1.0` is text that YAML reads as a number. */
function repairInfo(root: JsonMap, set: SourceSet, findings: Findings): void {
  const info = ownMap(root, "info") ?? {};
  root["info"] = info;
  for (const key of ["title", "version"]) {
    const value = own(info, key);
    if (typeof value === "string") continue;
    const written = set.root.written(["info", key]);
    if (typeof value === "number" && written) info[key] = written;
    else {
      info[key] = key === "title" ? "API" : "";
      const what = value === undefined ? "is missing" : "is not text";
      findings.warn("S020", () => set.root.place(["info", key]), `info.${key} ${what}`, `give info.${key}`);
    }
  }
}

/** `v1/pets` is meant as `/v1/pets`. */
function repairPaths(root: JsonMap, origins: Origins, findings: Findings): void {
  const paths = ownMap(root, "paths");
  if (!paths) {
    setOwn(root, "paths", {});
    return;
  }
  const isWrong = (key: string): boolean => !key.startsWith("/") && !key.startsWith("x-");
  if (!Object.keys(paths).some(isWrong)) return;
  const repaired: JsonMap = {};
  for (const key of Object.keys(paths)) {
    const name = isWrong(key) && own(paths, `/${key}`) === undefined ? `/${key}` : key;
    if (name !== key) {
      findings.warn(
        "S020",
        () => origins.place(["paths", key]),
        `the path ${JSON.stringify(key)} lacks its first slash`,
      );
    }
    setOwn(repaired, name, own(paths, key) ?? null);
  }
  setOwn(root, "paths", repaired);
}

function normalise(reader: DocumentReader, set: SourceSet): Omit<ApiDocument, "diagnostics" | "locate"> {
  const { root } = reader;
  const info = ownMap(root, "info") ?? {};
  const description = ownString(info, "description");
  const securitySchemes = securitySchemesOf(reader);
  const schemeNames = new Set(securitySchemes.map((scheme) => scheme.name));
  const webhooks = webhooksOf(reader, schemeNames);
  const schemas = new Map<string, Schema>();
  const components = ownMap(root, "components") ?? {};
  for (const { key, value, path } of entriesOf(components, "schemas", { parent: undefined, token: "components" })) {
    schemas.set(key, normaliseSchema(value, path, reader));
  }
  for (const name of repeatedChecks(schemas)) {
    reader.findings.warn(
      "S036",
      reader.place(pathOf(["components", "schemas", name])),
      `to check a value of ${quoted(name)}, more than ${MAX_CHECKS} schemas would be asked, through nested allOf, anyOf and oneOf; validators let every value of it pass`,
      "let fewer of the nested schemas refer to the same ones",
    );
    schemas.set(name, { ...schemas.get(name), unchecked: true });
  }
  return {
    file: set.root.file,
    title: ownString(info, "title") ?? "API",
    version: ownString(info, "version") ?? "",
    ...(description === undefined ? {} : { description }),
    servers: serversOf(root, undefined, reader),
    tags: itemsOf(root, "tags", undefined).flatMap(({ value }) => tagOf(value)),
    securitySchemes,
    schemas,
    operations: operationsOf(reader, schemeNames),
    ...(webhooks === undefined ? {} : { webhooks }),
    bundled: root as JsonObject,
    sha256: set.sha256(),
    files: set.paths(),
  };
}

function tagOf(value: unknown): ApiDocument["tags"] {
  const name = isMap(value) ? ownString(value, "name") : undefined;
  if (!isMap(value) || name === undefined) return [];
  const description = ownString(value, "description");
  return [description === undefined ? { name } : { name, description }];
}
