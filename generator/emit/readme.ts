import type { VersionPlan } from "../model.ts";
import { quote } from "./escape.ts";
import { fenced, inline, inlineCode } from "./markdown.ts";
import type { PackageInput } from "./package.ts";
import { builtInNotes, versionNotes } from "./policy-notes.ts";
import { policyTables } from "./policy-tables.ts";
import type { EmittedFile } from "./scan.ts";
import { renderTemplate } from "./templates.ts";

function credentials(plan: VersionPlan): string {
  const all = Object.entries(plan.connector.credentials).map(([name, { env }]) => {
    return inlineCode(name) + (env === undefined ? "" : ` (or ${inlineCode(env)} in the environment)`);
  });
  return all.length > 0 ? all.join(", ") : "none";
}

function example(input: PackageInput, plan: VersionPlan): string {
  const [credential] = Object.keys(plan.connector.credentials);
  const auth =
    credential === undefined
      ? ""
      : `{ auth: { ${/^[A-Za-z_$][\w$]*$/.test(credential) ? credential : quote(credential)}: "…" } }`;
  const operation = plan.namespaces[0]?.operations[0];
  const lines = [
    `import { createClient } from "${input.scope}/${input.provider}/${plan.version}";`,
    "",
    `const client = createClient(${auth});`,
    ...(operation === undefined
      ? []
      : [`const result = await client.${operation.id}(${operation.input.length > 0 ? "{ … }" : ""});`]),
  ];
  return fenced("ts", lines.join("\n"));
}

/** The policy of each version; one that says the same as an earlier version names that instead. */
function policies(versions: readonly VersionPlan[]): readonly object[] {
  const seen = new Map<string, string>();
  return versions.map((plan) => {
    const shown = { builtIn: builtInNotes(plan), tables: policyTables(plan) };
    const identity = JSON.stringify(shown);
    const earlier = seen.get(identity);
    if (earlier === undefined) seen.set(identity, plan.version);
    const facts = versionNotes(plan);
    if (earlier === undefined) return { facts, ...shown };
    return { facts: [...facts, `Its calls follow the policy of ${inlineCode(earlier)}.`], builtIn: [], tables: [] };
  });
}

/** `README.md` of a package: how to begin with each version, and the policy that its calls follow. */
export function emitReadme(input: PackageInput): EmittedFile {
  const shown = policies(input.versions);
  const versions = input.versions.map((plan, index) => {
    const entry = `${input.scope}/${input.provider}/${plan.version}`;
    return {
      version: inline(plan.version),
      title: inline(plan.title),
      entry: inlineCode(entry),
      count: plan.namespaces.reduce((total, namespace) => total + namespace.operations.length, 0),
      example: example(input, plan),
      credentials: credentials(plan),
      namespaces: plan.namespaces.map(({ name }) => inlineCode(name)).join(", ") || "none",
      apiLink: `[api.md](./${plan.version}/api.md)`,
      mocks: inlineCode(`${entry}/mocks`),
      validators: inlineCode(`${entry}/validators`),
      policy: shown[index],
    };
  });
  const title = inline(input.versions[0]?.title ?? input.provider);
  return {
    text: renderTemplate("readme", { name: inline(`${input.scope}/${input.provider}`), title, versions }),
    check: "markdown",
  };
}
