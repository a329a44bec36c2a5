/** Which providers of the project a command line means. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, InputError } from "../errors.ts";
import { projectAbove } from "../project-above.ts";
import type { ProviderSources, Workspace } from "../workspace.ts";

const providerName = /^[a-z0-9][a-z0-9-]{0,63}$/;
const versionName = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function refuse(file: string, message: string, fix: string): Diagnostic {
  return { file, line: 1, column: 1, code: "C002", severity: "error", message, fix };
}

/** All providers, or those named as `provider` or `provider@version`; names that do not exist are errors. */
export function selectProviders(workspace: Workspace, wanted: readonly string[]): readonly ProviderSources[] {
  const { specs } = workspace.config;
  const problems: Diagnostic[] = [];
  if (workspace.providers.length === 0) {
    const above = projectAbove(workspace.root);
    throw new InputError([
      refuse(
        specs,
        `no provider found: there is no ${specs}/<provider>/<version>/openapi.yaml (or .json) below ${workspace.root}`,
        above === undefined
          ? "run in a project, or generate one document: couplet generate --spec <file> --out <dir>"
          : `the project is in ${above}: run it there`,
      ),
    ]);
  }
  for (const { provider, versions, policy, findings } of workspace.providers) {
    if (!providerName.test(provider)) {
      problems.push(
        refuse(`${specs}/${provider}`, "a provider's folder is named with a-z, 0-9 and -", "rename the folder"),
      );
    }
    if (versions.length === 0 && findings.length === 0) {
      problems.push(
        refuse(
          policy ?? `${specs}/${provider}`,
          `${provider} has a policy but no version`,
          `add ${specs}/${provider}/<version>/openapi.yaml`,
        ),
      );
    }
    for (const { version } of versions) {
      if (!versionName.test(version)) {
        problems.push(
          refuse(
            `${specs}/${provider}/${version}`,
            "a version's folder is named with a-z, 0-9, ., _ and -",
            "rename the folder",
          ),
        );
      }
    }
  }
  const selected = new Set<string>();
  for (const name of wanted) {
    const [provider, version] = name.split("@");
    const found = workspace.providers.find((candidate) => candidate.provider === provider);
    const known = found?.versions.map((candidate) => `${found.provider}@${candidate.version}`);
    if (found === undefined && providerName.test(provider!) && existsSync(join(workspace.root, specs, provider!))) {
      const document = `${specs}/${provider}/<version>/openapi.yaml`;
      problems.push(refuse(`${specs}/${provider}`, `there is no ${document} (or .json)`, "put the document there"));
    } else if (found === undefined) {
      const all = workspace.providers.map((candidate) => candidate.provider).join(", ");
      problems.push(refuse(specs, `there is no provider ${JSON.stringify(provider)}`, `known providers: ${all}`));
    } else if (version !== undefined && !known!.includes(name)) {
      problems.push(
        refuse(
          `${specs}/${found.provider}`,
          `there is no version ${JSON.stringify(version)}`,
          `known versions: ${known!.join(", ")}`,
        ),
      );
    } else selected.add(found.provider);
  }
  if (problems.length > 0) throw new InputError(problems);
  return wanted.length === 0
    ? workspace.providers
    : workspace.providers.filter(({ provider }) => selected.has(provider));
}
