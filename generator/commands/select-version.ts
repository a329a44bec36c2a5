/** Which version of which provider, and which of its operations, a command line means. */
import { InputError } from "../errors.ts";
import type { SpecOperation } from "../model.ts";
import { nearest } from "../nearest.ts";
import type { ProviderSources, Workspace } from "../workspace.ts";
import { selectProviders } from "./select-providers.ts";

function refuse(message: string, fix: string): InputError {
  return new InputError([{ file: "command line", line: 1, column: 1, code: "C005", severity: "error", message, fix }]);
}

/** `provider@version`, or `provider` when it has one version only. */
export function selectVersion(
  workspace: Workspace,
  wanted: string,
): { readonly sources: ProviderSources; readonly version: string } {
  const [sources] = selectProviders(workspace, [wanted]);
  const { provider, versions } = sources!;
  const version = wanted.includes("@") ? wanted.slice(wanted.indexOf("@") + 1) : undefined;
  if (version !== undefined) return { sources: sources!, version };
  if (versions.length === 1) return { sources: sources!, version: versions[0]!.version };
  const known = versions.map((one) => `${provider}@${one.version}`).join(", ");
  throw refuse(`${provider} has ${versions.length} versions, and this is about one`, `write one of ${known}`);
}

/** Every version that is meant by `provider` or `provider@version`; all of the project when none is named. */
export function selectVersions(
  workspace: Workspace,
  wanted: readonly string[],
): { readonly sources: ProviderSources; readonly version: ProviderSources["versions"][number] }[] {
  return selectProviders(workspace, wanted).flatMap((sources) =>
    sources.versions
      .filter(
        ({ version }) =>
          wanted.length === 0 ||
          wanted.some((name) => name === sources.provider || name === `${sources.provider}@${version}`),
      )
      .map((version) => ({ sources, version })),
  );
}

/** By `namespace.method`, operationId, or `METHOD /path`. */
export function selectOperation(
  operations: ReadonlyMap<string, SpecOperation>,
  wanted: string,
): { readonly id: string; readonly operation: SpecOperation } {
  for (const [id, operation] of operations)
    if (id === wanted || operation.operationId === wanted || operation.key === wanted) return { id, operation };
  const named = wanted.replace(/^([a-z]+) /i, (_, method: string) => `${method.toUpperCase()} `);
  for (const [id, operation] of operations)
    if (`${operation.method.toUpperCase()} ${operation.path}` === named) return { id, operation };
  const names = [...operations].flatMap(([id, { operationId }]) => [id, operationId ?? []].flat());
  const near = nearest(wanted, names);
  throw refuse(
    `there is no operation ${JSON.stringify(wanted)}`,
    near === undefined
      ? "write namespace.method, the operationId, or METHOD /path; `couplet policy matrix` lists them"
      : `did you mean \`${near}\`?`,
  );
}
