import type { Findings } from "./findings.ts";
import { isMap, type JsonMap, type JsonValue, own, ownMap, ownString } from "./json-tree.ts";
import type { Origins } from "./origins.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
const FORM_TYPES = ["multipart/form-data", "application/x-www-form-urlencoded"];

/**
 * Makes explicit in a Swagger 2.0 document what an upgrade to 3.x needs to be told: https before http, form media
 * types, body parameters of a path, and no empty lists. Changes the document in place.
 */
export function prepareSwaggerTwo(root: JsonMap, origins: Origins, findings: Findings): void {
  schemes(root, origins, findings);
  dropEmptyTypes(root);
  const paths = ownMap(root, "paths") ?? {};
  for (const path of Object.keys(paths)) {
    const item = own(paths, path);
    if (!isMap(item)) {
      delete paths[path];
      continue;
    }
    const bodies = takeBodies(item);
    for (const key of Object.keys(item)) {
      if (key === "parameters") continue;
      const operation = own(item, key);
      // The upgrade takes every member of a path item for an operation.
      if (!METHODS.includes(key) || !isMap(operation)) {
        if (!key.startsWith("x-") || operation === null || isMap(operation)) delete item[key];
        continue;
      }
      dropEmptyTypes(operation);
      inheritBodies(operation, bodies);
      placeParameters(operation, ["paths", path, key], origins, findings);
      formTypes(operation, root);
      responses(operation, root);
    }
    placeParameters(item, ["paths", path], origins, findings);
  }
}

/** https first; a document that names no scheme gets https, which every provider has. */
function schemes(root: JsonMap, origins: Origins, findings: Findings): void {
  if (ownString(root, "host") === undefined) return;
  const given = own(root, "schemes");
  const known = (Array.isArray(given) ? given : []).filter((scheme) => scheme === "https" || scheme === "http");
  if (known.length === 0) {
    findings.warn("S026", () => origins.place(["host"]), "no schemes are given; https is used", "add schemes: [https]");
    known.push("https");
  }
  root["schemes"] = [...new Set(known)].sort().reverse();
}

function dropEmptyTypes(holder: JsonMap): void {
  for (const key of ["consumes", "produces"]) {
    const types = own(holder, key);
    if (types === undefined) continue;
    const usable = Array.isArray(types) ? types.filter((type) => typeof type === "string" && type !== "") : [];
    if (usable.length > 0) holder[key] = usable;
    else delete holder[key];
  }
}

function isBody(parameter: JsonValue): parameter is JsonMap {
  return isMap(parameter) && (own(parameter, "in") === "body" || own(parameter, "in") === "formData");
}

function takeBodies(item: JsonMap): JsonMap[] {
  const parameters = own(item, "parameters");
  if (!Array.isArray(parameters)) return [];
  const bodies = parameters.filter(isBody);
  item["parameters"] = parameters.filter((parameter) => !isBody(parameter));
  return bodies;
}

function inheritBodies(operation: JsonMap, bodies: readonly JsonMap[]): void {
  if (bodies.length === 0) return;
  const parameters = own(operation, "parameters");
  const own_ = Array.isArray(parameters) ? parameters : [];
  if (own_.some((parameter) => isMap(parameter) && own(parameter, "in") === "body")) return;
  const names = new Set(own_.filter(isBody).map((parameter) => own(parameter, "name")));
  operation["parameters"] = [...own_, ...structuredClone(bodies.filter((body) => !names.has(own(body, "name") ?? "")))];
}

function placeParameters(holder: JsonMap, at: readonly string[], origins: Origins, findings: Findings): void {
  const parameters = own(holder, "parameters");
  if (parameters === undefined) return;
  if (!Array.isArray(parameters)) {
    delete holder["parameters"];
    return;
  }
  holder["parameters"] = parameters.filter((parameter, index) => {
    if (isMap(parameter) && (own(parameter, "$ref") !== undefined || typeof own(parameter, "in") === "string"))
      return true;
    const place = () => origins.place([...at, "parameters", String(index)]);
    findings.warn("S023", place, 'this parameter has no "in"; it is left out', "say where the parameter goes");
    return false;
  });
}

/** A form without a form media type: multipart when it carries a file, else urlencoded. */
function formTypes(operation: JsonMap, root: JsonMap): void {
  const parameters = own(operation, "parameters");
  const form = (Array.isArray(parameters) ? parameters : []).filter((p) => isMap(p) && own(p, "in") === "formData");
  if (form.length === 0) return;
  const consumes = own(operation, "consumes") ?? own(root, "consumes");
  const types = (Array.isArray(consumes) ? consumes : []).map((type) =>
    String(type).split(";")[0]?.trim().toLowerCase(),
  );
  const usable = FORM_TYPES.filter((type) => types.includes(type));
  const hasFile = form.some((parameter) => own(parameter as JsonMap, "type") === "file");
  if (hasFile) operation["consumes"] = ["multipart/form-data"];
  else operation["consumes"] = usable.length > 0 ? usable : ["application/x-www-form-urlencoded"];
}

/** Drops what is no response; a file without a media type is bytes, not the JSON that the upgrade would assume. */
function responses(operation: JsonMap, root: JsonMap): void {
  const map = ownMap(operation, "responses");
  if (!map) return;
  for (const key of Object.keys(map)) {
    const response = map[key];
    if (!isMap(response) || key.startsWith("x-")) {
      delete map[key];
      continue;
    }
    const schema = ownMap(response, "schema");
    const typed = own(operation, "produces") !== undefined || own(root, "produces") !== undefined;
    if (schema && own(schema, "type") === "file" && !typed) operation["produces"] = ["application/octet-stream"];
  }
}
