/** The files of a provider's package that all its versions share. */
import type { VersionPlan } from "../model.ts";
import { toJson } from "./escape.ts";
import { emitReadme } from "./readme.ts";
import type { EmittedFile } from "./scan.ts";

export type { EmittedFile } from "./scan.ts";

export interface PackageInput {
  readonly provider: string;
  /** npm scope, `@connectors`. */
  readonly scope: string;
  /** Version of the package, as the lock gives it. */
  readonly release: string;
  /** What its versions brought. */
  readonly changelog?: string;
  readonly versions: readonly VersionPlan[];
  /** Dependency range of `@couplet/runtime`. */
  readonly runtimeRange: string;
  /** By version: hashes of what it was made of. */
  readonly hashes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Entries of one version, as file names without extension. */
function entries(plan: VersionPlan): readonly (readonly [entry: string, file: string])[] {
  const files = plan.namespaces.map(({ file }) => file);
  return [
    [`./${plan.version}`, `${plan.version}/index`],
    ...files.map((file) => [`./${plan.version}/${file}`, `${plan.version}/${file}`] as const),
    [`./${plan.version}/validators`, `${plan.version}/validators/index`],
    ...files.map((file) => [`./${plan.version}/validators/${file}`, `${plan.version}/validators/${file}`] as const),
    [`./${plan.version}/mocks`, `${plan.version}/mocks`],
  ];
}

function packageJson(input: PackageInput): EmittedFile {
  const exported = input.versions.flatMap(entries).map(([entry, file]) => {
    return [
      entry,
      { "@couplet/source": `./${file}.ts`, types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
    ] as const;
  });
  const fields = {
    name: `${input.scope}/${input.provider}`,
    version: input.release,
    private: true,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports: Object.fromEntries(exported),
    files: [
      "dist",
      "README.md",
      ...(input.changelog === undefined ? [] : ["CHANGELOG.md"]),
      // Who installs the package reads the one, and `couplet impact` on their code the other.
      ...input.versions.flatMap(({ version }) => [`${version}/api.md`, `${version}/bindings.json`]),
    ],
    scripts: { build: "tsc -p tsconfig.json" },
    dependencies: { "@couplet/runtime": input.runtimeRange },
    peerDependencies: { msw: "^3", zod: "^4" },
    peerDependenciesMeta: { msw: { optional: true }, zod: { optional: true } },
    couplet: { provider: input.provider, versions: input.hashes },
  };
  return { text: toJson(fields, 2), check: "data" };
}

/** Self-contained, so that a package built elsewhere needs nothing of the project that made it. */
function tsconfig(input: PackageInput): EmittedFile {
  const fields = {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
      module: "nodenext",
      moduleResolution: "nodenext",
      customConditions: ["@couplet/source"],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      isolatedDeclarations: true,
      rewriteRelativeImportExtensions: true,
      skipLibCheck: true,
      declaration: true,
      rootDir: ".",
      outDir: "dist",
    },
    include: input.versions.map(({ version }) => `${version}/**/*.ts`),
    exclude: ["**/*.test.ts", "dist"],
  };
  return { text: toJson(fields, 2), check: "data" };
}

/** `package.json`, `README.md`, `tsconfig.json` and the changelog, by path below the provider's folder. */
export function emitPackage(input: PackageInput): ReadonlyMap<string, EmittedFile> {
  return new Map([
    ["package.json", packageJson(input)],
    ["README.md", emitReadme(input)],
    ["tsconfig.json", tsconfig(input)],
    ...(input.changelog === undefined ? [] : [["CHANGELOG.md", { text: input.changelog, check: "markdown" }] as const]),
  ]);
}
