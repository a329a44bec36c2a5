import type { VersionPlan } from "../model.ts";
import { emitApi } from "./api.ts";
import { emitBindings } from "./bindings.ts";
import { emitConnector } from "./connector.ts";
import { emitContract, emitContractTest } from "./contract.ts";
import { toJson } from "./escape.ts";
import { emitIndex } from "./index-file.ts";
import { emitMocks } from "./mocks.ts";
import { emitNamespace, emitSchema } from "./namespace.ts";
import { printableTypes } from "./printable-types.ts";
import { createSampler } from "./samples.ts";
import type { EmittedFile } from "./scan.ts";
import { emitValidators } from "./validators.ts";

/** All files of one version, by path below its folder. Pure: the same plan gives the same bytes. */
export function emitVersion(plan: VersionPlan): ReadonlyMap<string, EmittedFile> {
  const types = printableTypes(plan);
  const sampler = createSampler(types);
  const files = new Map<string, EmittedFile>();
  files.set("index.ts", emitIndex(plan));
  files.set("connector.ts", emitConnector(plan));
  files.set("schema.ts", emitSchema(plan, types));
  for (const namespace of plan.namespaces) files.set(`${namespace.file}.ts`, emitNamespace(plan, types, namespace));
  for (const [path, file] of emitValidators(plan, types)) files.set(path, file);
  files.set("mocks.ts", emitMocks(plan, types, sampler));
  files.set("contract.json", emitContract(plan, types, sampler));
  files.set("contract.test.ts", emitContractTest());
  files.set("openapi.json", { text: toJson(plan.bundled), check: "data" });
  files.set("bindings.json", emitBindings(plan));
  files.set("api.md", emitApi(plan));
  return files;
}
