/** The version of the provider's API: how it is pinned, how it shows in answers, and until when it lasts. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import type { PolicyFacts } from "../facts.ts";
import { feature, type Plan } from "../model.ts";
import { defaultDeprecation, supportWarningDays } from "../policy-defaults.ts";
import { isPolicyMap, type PolicyPath } from "../policy-model.ts";
import { factSource } from "./fact-source.ts";
import { type Branch, entriesAt, grow, leafAt, type Node, textAt } from "./layers.ts";
import { type Planning, pointerAt } from "./planning.ts";
import { headerProblem, templateProblem } from "./policy-constants.ts";

export type Pin = NonNullable<PolicyFacts["pin"]>;

export interface VersionFacts extends Pick<PolicyFacts, "pin" | "supportedUntil"> {
  readonly echo?: Connector["echo"];
  readonly deprecation?: Plan<NonNullable<Connector["deprecation"]>>;
}

const day = 86_400_000;

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / day);
}

/** The document says which versions it is for: in its own version, its servers, its paths or the pinned parameter. */
function knowsValue(planning: Planning, pin: Pin): boolean {
  const { document, version } = planning;
  if (version === pin.value || document.version.includes(pin.value)) return true;
  if (document.servers.some((server) => server.url.includes(pin.value))) return true;
  return document.operations.some(
    (operation) =>
      operation.path.includes(pin.value) ||
      operation.parameters.some(
        (parameter) =>
          parameter.in === pin.in &&
          parameter.name.toLowerCase() === pin.name.toLowerCase() &&
          JSON.stringify([parameter.schema, parameter.example ?? null]).includes(JSON.stringify(pin.value)),
      ),
  );
}

function planPin(planning: Planning, node: Node): Pin | undefined {
  const pin = {
    in: textAt(node, "in") as Pin["in"] | undefined,
    name: textAt(node, "name"),
    value: textAt(node, "value"),
  };
  if (pin.in === undefined || pin.name === undefined || pin.value === undefined) return undefined;
  const full: Pin = { ...(pin as Omit<Pin, "source">), source: factSource(planning, node.path) };
  const place = (key: string): { path: PolicyPath } => ({ path: leafAt(node, key)!.path });
  if (templateProblem(planning, leafAt(node, "value")!, full.value)) return undefined;
  const problem = full.in === "header" ? headerProblem(full.name, full.value) : undefined;
  if (problem) {
    planning.findings.add(place(problem.of === "key" ? "name" : "value"), problem);
    return undefined;
  }
  if ((full.in === "path" && !/^[A-Za-z0-9._~-]+$/.test(full.value)) || full.value === "..") {
    planning.findings.add(place("value"), {
      code: "P003",
      message: "this is not one path segment",
      fix: "write letters, digits, `.`, `_`, `~` and `-`",
    });
    return undefined;
  }
  const inPath = planning.document.operations.some((one) =>
    one.parameters.some((p) => p.in === "path" && p.name === full.name),
  );
  if (full.in === "path" && !inPath) {
    planning.findings.add(place("name"), {
      code: "P202",
      message: `no path has the parameter \`{${full.name}}\``,
      fix: "write the name as it stands in the document's paths",
    });
    return undefined;
  }
  if (!knowsValue(planning, full))
    planning.findings.add(place("value"), {
      code: "P501",
      message: `the document of \`${planning.version}\` does not know the version \`${full.value}\``,
      fix: "pin the version that the document describes, or vendor the document of this version",
    });
  return full;
}

function checkSupport(planning: Planning, node: Node): void {
  const leaf = leafAt(node, "supportedUntil");
  if (leaf === undefined || planning.today === undefined) return;
  const left = daysBetween(planning.today, String(leaf.value));
  const finding = {
    code: "P501",
    message:
      left < 0 ? `support of this version ended on ${leaf.value}` : `support of this version ends in ${left} days`,
    fix: "add a newer version and move its callers",
  };
  if (left < 0) planning.findings.add({ path: leaf.path }, finding);
  else if (left < supportWarningDays) planning.findings.warn({ path: leaf.path }, finding);
}

export function planVersionFacts(planning: Planning, top: Branch): VersionFacts {
  const { source, version, findings, documents } = planning;
  const versions = source?.data["versions"];
  const layer = { kind: "defaults" as const, rank: 0 };
  const entry = isPolicyMap(versions) && Object.hasOwn(versions, version) ? versions[version] : undefined;
  const node = isPolicyMap(entry) ? grow(entry, ["versions", version], layer) : undefined;
  if (isPolicyMap(versions)) {
    for (const label of documents.size > 1 ? Object.keys(versions) : [])
      if (!documents.has(label))
        findings.warn(
          { path: ["versions", label], spot: { of: "key" } },
          {
            code: "P202",
            message: `there is no document of version \`${label}\``,
            fix: `add \`${label}/openapi.yaml\` beside the policy, or take it out`,
          },
        );
    if (node === undefined && !source?.has(["versions", version]) && Object.keys(versions).length > 0)
      findings.warn(
        { path: ["versions"], spot: { of: "key" } },
        {
          code: "P501",
          message: `\`${version}\` is not among the versions, so nothing pins it`,
          fix: `add \`"${version}": { pin: … }\``,
        },
      );
  }
  const pinned = node?.kind === "branch" ? node.entries.get("pin") : undefined;
  const pin = pinned?.kind === "branch" ? planPin(planning, pinned) : undefined;
  if (node) checkSupport(planning, node);
  const supportedUntil = textAt(node, "supportedUntil");
  const from = pointerAt(planning, new Map(entriesAt(top)).get("versioning"), "echo");
  const action = textAt(top, "versioning", "deprecation") ?? defaultDeprecation;
  return {
    ...(action === "report" || action === "fail"
      ? {
          deprecation: {
            use: feature("deprecationNotices"),
            action,
            ...(action === "fail" && { check: feature("checkDeprecation") }),
          },
        }
      : {}),
    ...(pin === undefined ? {} : { pin }),
    ...(supportedUntil === undefined ? {} : { supportedUntil }),
    ...(from === undefined ? {} : { echo: { from, expect: pin?.value ?? version } }),
  };
}
