/** Who may import whom. A file belongs to the first layer whose pattern fits its path. */

export interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Layers that may be imported, beside the layer itself. */
  readonly imports: readonly string[];
  /** Packages that may be imported, with their subpaths; a name that ends in `:` or `/` is a prefix. */
  readonly packages: readonly string[];
  /** `import type` only. */
  readonly typePackages?: readonly string[];
  /** Relative imports may not leave the folder that this group of `files` matches. */
  readonly within?: true;
}

const node = "node:";
const contract = ["ajv", "ajv-formats", "msw", "vitest"];
const runtimeTypes = ["@couplet/runtime/codegen/v1"];
const base = ["model", "errors"];
// `generate` is the pipeline: generate.ts and the files it is made of.
const pipeline = ["generate", "workspace", "usage", "surface", "drift", "drift report", "explain", "report", ...base];

function generatorLayer(name: string, files: RegExp, imports: readonly string[], packages: readonly string[]): Layer {
  return { name, files, imports, packages: [node, ...packages], typePackages: runtimeTypes };
}

export const layers: readonly Layer[] = [
  generatorLayer("bin", /^generator\/bin\.js$/, ["cli"], []),
  generatorLayer("cli", /^generator\/cli(-[a-z-]+)?\.ts$/, ["commands", ...pipeline], ["commander"]),
  generatorLayer("commands", /^generator\/commands\//, pipeline, []),
  generatorLayer("workspace", /^generator\/(workspace|output-places|replace-together|vendor)\.ts$/, base, [
    "yaml",
    "zod",
  ]),
  generatorLayer("report", /^generator\/(report|report-sarif|report-github|codes)\.ts$/, base, ["node-sarif-builder"]),
  generatorLayer(
    "model",
    /^generator\/(model|feature|linked-plan|coercion|http-method|security-scheme|schema-conditions|facts|policy-line|policy-model|policy-defaults|policy-words|expression-text|nearest|json-pointer|regex-safety|character-set|secret-shapes)\.ts$/,
    ["errors"],
    [],
  ),
  generatorLayer("errors", /^generator\/errors\.ts$/, [], []),
  generatorLayer("load", /^generator\/load\//, base, [
    ...["@apidevtools/", "@scalar/openapi-upgrader", "js-yaml", "json-p3", "yaml", "zod"],
  ]),
  generatorLayer("plan", /^generator\/plan\//, base, []),
  // Reads schemas and URLs as the planner does, so that both agree on what holds.
  generatorLayer("infer", /^generator\/infer\//, ["plan", ...base], ["yaml"]),
  generatorLayer("explain", /^generator\/explain\//, ["plan", "report", ...base], []),
  generatorLayer("emit", /^generator\/emit\//, base, ["handlebars", "openapi-typescript", "typescript"]),
  // The consumer's code, read by a compiler; what changed is given to it.
  generatorLayer("usage", /^generator\/drift\/usage\//, ["drift", ...base], ["ts-morph", "zod"]),
  // Declarations of our own packages, read by a compiler.
  generatorLayer("surface", /^generator\/drift\/surface\//, ["drift", ...base], ["ts-morph"]),
  generatorLayer(
    "drift report",
    /^generator\/drift\/report\//,
    ["drift", "report", ...base],
    [...["node-sarif-builder", "zod"]],
  ),
  generatorLayer("drift", /^generator\/drift\//, ["generate", "workspace", "load", ...base], ["yaml", "zod"]),
  generatorLayer(
    "generate",
    /^generator\/[^/]+\.ts$/,
    ["load", "plan", "explain", "infer", "emit", "workspace", ...base],
    ["zod"],
  ),

  {
    name: "runtime entry",
    files: /^runtime\/(index|codegen|redis|postgres)\.ts$/,
    imports: ["runtime"],
    packages: [],
  },
  { name: "undici", files: /^runtime\/undici(\.ts$|\/)/, imports: ["runtime"], packages: [node] },
  { name: "testing", files: /^runtime\/testing\.ts$/, imports: ["contract"], packages: [node, ...contract] },
  { name: "contract", files: /^runtime\/contract\//, imports: [], packages: [node, ...contract] },
  { name: "oauth", files: /^runtime\/oauth\.ts$/, imports: ["runtime"], packages: ["oauth4webapi"] },
  { name: "otel", files: /^runtime\/otel(-metrics)?\.ts$/, imports: ["runtime"], packages: ["@opentelemetry/api"] },
  { name: "runtime", files: /^runtime\//, imports: [], packages: [] },

  ...generatedLayers(),
  // `dist` of the project's own packages is never imported, their sources are.
  { name: "test", files: /^test\//, imports: ["*"], packages: ["*"] },
];

function generatedLayers(): Layer[] {
  const layer = (name: string, rest: string, packages: readonly string[]): Layer => ({
    name,
    files: new RegExp(`^(generated/[^/]+/[^/]+/)${rest}`),
    imports: ["generated code", "generated validators", "generated mocks"],
    packages: [...runtimeTypes, ...packages],
    within: true,
  });
  return [
    layer("generated contract test", "contract\\.test\\.ts$", ["node:fs", "vitest", "@couplet/runtime/testing"]),
    layer("generated mocks", "mocks\\.ts$", ["msw"]),
    layer("generated validators", "validators/", ["zod"]),
    { ...layer("generated code", "", []), imports: [] },
  ];
}
