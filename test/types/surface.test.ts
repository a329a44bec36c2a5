/** Generated code read back with ts-morph: the public surface is what the lock says was planned, documented and reachable. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Project } from "ts-morph";
import { describe, expect, it } from "vitest";
import type { Lock } from "../../generator/lock.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const lock = JSON.parse(readFileSync(`${root}/couplet.lock.json`, "utf8")) as Lock;
const versions = Object.entries(lock.providers).flatMap(([provider, { versions }]) =>
  Object.entries(versions).map(([version, locked]) => ({ folder: `generated/${provider}/${version}`, locked })),
);

describe.each(versions)("$folder", ({ folder, locked }) => {
  const project = new Project({
    compilerOptions: { allowImportingTsExtensions: true },
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths(`${root}/${folder}/*.ts`);
  const index = project.getSourceFileOrThrow(`${root}/${folder}/index.ts`);
  const client = index.getInterfaceOrThrow("Client");

  it("has exactly the methods that the lock names", () => {
    const methods = client.getProperties().flatMap((property) => {
      const namespace = property.getTypeNodeOrThrow().getText();
      const declared = project.getSourceFiles().flatMap((file) => file.getInterface(namespace) ?? [])[0];
      return (declared?.getMethods() ?? []).map((method) => `${property.getName()}.${method.getName()}`);
    });
    expect(methods.sort()).toEqual(Object.values(locked.names).sort());
  });

  it("documents each operation with its effective policy, as a constant and as a method", () => {
    const documented = /\b(safe|idempotent|keyed|unsafe)\b.*(attempts|retries)/;
    for (const file of project.getSourceFiles()) {
      for (const statement of file.getVariableStatements()) {
        const [declaration] = statement.getDeclarations();
        if (!declaration?.getTypeNode()?.getText().startsWith("Operation<")) continue;
        const text = statement
          .getJsDocs()
          .map((doc) => doc.getInnerText())
          .join("\n");
        expect(text, declaration.getName()).toMatch(documented);
      }
      for (const method of file
        .getInterfaces()
        .filter((one) => one.getName().endsWith("Namespace"))
        .flatMap((one) => one.getMethods())) {
        expect(method.getJsDocs()[0]?.getInnerText(), method.getName()).toMatch(documented);
      }
    }
  });

  it("exports every type that a signature mentions from its index", () => {
    const exported = new Set(index.getExportedDeclarations().keys());
    for (const file of project.getSourceFiles().filter((one) => one.getBaseName() !== "connector.ts")) {
      for (const declared of [...file.getInterfaces(), ...file.getTypeAliases()]) {
        if (declared.isExported() && declared.getName() !== "Mocks") expect(exported).toContain(declared.getName());
      }
    }
  });

  it("uses no helper, mapped or conditional types", () => {
    for (const file of project.getSourceFiles()) {
      expect(file.getFullText()).not.toMatch(/\b(Partial|Pick|Omit|Record<string, unknown> &|extends infer|keyof)\b/);
    }
  });
});
