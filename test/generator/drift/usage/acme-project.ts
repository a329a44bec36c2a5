/** A project on disk with generated clients and the code that uses them. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectOf, projectRoot, runIn } from "../../explain/run-in-project.ts";

const compilerOptions = {
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  customConditions: ["@couplet/source"],
  types: [],
  strict: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

export interface AcmeProject {
  readonly root: string;
  write(files: Readonly<Record<string, string>>): void;
}

/** `files` are the sources of the project: `specs/…`, `src/…`. */
export async function acmeProject(files: Readonly<Record<string, string>>): Promise<AcmeProject> {
  const root = projectOf({
    "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }),
    "package.json": '{ "name": "shop", "type": "module" }',
    "specs/acme/policy.yaml": 'policy: "1.0"\nprovider: acme\n',
    ...files,
  });
  const { code, err } = await runIn(root, "generate");
  if (code !== 0) throw new Error(err);
  mkdirSync(join(root, "node_modules/@connectors"), { recursive: true });
  mkdirSync(join(root, "node_modules/@couplet"));
  symlinkSync(join(root, "generated/acme"), join(root, "node_modules/@connectors/acme"));
  symlinkSync(join(projectRoot, "runtime"), join(root, "node_modules/@couplet/runtime"));
  return {
    root,
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
  };
}
