/** Credentials that the policy declares, and the templates that use them. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import type { Plan } from "../model.ts";
import { type Branch, entriesAt, type Leaf, textAt } from "./layers.ts";
import { type Planning, patternAt, unknownName } from "./planning.ts";

export class Credentials {
  readonly #planning: Planning;
  readonly #declared: Map<string, { env?: string; pattern?: string }>;
  readonly #inferred = new Map<string, string>();
  readonly used: Set<string> = new Set();

  constructor(planning: Planning, top: Branch) {
    this.#planning = planning;
    this.#declared = new Map(
      entriesAt(top, "credentials").map(([name, node]) => {
        const env = textAt(node, "env");
        const pattern = patternAt(planning, node, "pattern");
        return [name, { ...(env === undefined ? {} : { env }), ...(pattern === undefined ? {} : { pattern }) }];
      }),
    );
  }

  get names(): readonly string[] {
    return [...this.#declared.keys()];
  }

  /** Those that a person wrote down. */
  get written(): readonly string[] {
    const inferred = new Set(this.#inferred.values());
    return this.names.filter((name) => !inferred.has(name));
  }

  has(name: string): boolean {
    return this.#declared.has(name);
  }

  /** The credential for a scheme that the policy says nothing of: called like the scheme, in letters of templates. */
  infer(scheme: string): string {
    const known = this.#inferred.get(scheme);
    if (known !== undefined) return known;
    const base = scheme.replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^(?![A-Za-z_])/, "_");
    let name = base;
    for (let i = 2; this.#declared.has(name); i++) name = `${base}_${i}`;
    this.#inferred.set(scheme, name);
    this.#declared.set(name, {});
    this.used.add(name);
    return name;
  }

  /**
   * Names of the credentials in a template. An unknown one is P202; a template without any is a literal, P601.
   * `others` are names that are not credentials, such as `accessToken`.
   */
  namesIn(leaf: Leaf, others: readonly string[] = []): string[] {
    const template = String(leaf.value);
    const spot = (index: number, length: number) => ({
      path: leaf.path,
      spot: { of: "value" as const, offset: index, length },
    });
    const rest = template.replace(/\{[A-Za-z_$][\w$-]*(?:\.[A-Za-z_][\w-]*)?\}/g, "");
    const brace = /[{}]/.exec(rest);
    if (brace)
      this.#planning.findings.add(
        { path: leaf.path },
        {
          code: "P003",
          message: "a template has only `{name}` and `{name.member}`",
          fix: "write for example `Bearer {secretKey}`",
        },
      );
    const names: string[] = [];
    for (const match of template.matchAll(/\{([A-Za-z_$][\w$-]*)(?:\.[A-Za-z_][\w-]*)?\}/g)) {
      const name = match[1]!;
      if (others.includes(name)) continue;
      if (this.#declared.has(name)) {
        names.push(name);
        this.used.add(name);
      } else if (!this.#planning.source?.has(["credentials", name])) {
        const { path } = spot(match.index, match[0].length);
        unknownName(this.#planning, { ...leaf, path }, "credential", name, [...this.#declared.keys(), ...others]);
      }
    }
    return names;
  }

  /** What the connector declares: used ones first come as they are declared. */
  plan(): Plan<Connector>["credentials"] {
    return Object.fromEntries([...this.#declared].filter(([name]) => this.used.has(name)));
  }
}

/** Credentials that verify webhooks: the key, and names in the template of what is signed. */
export function webhookCredentials(top: Branch): string[] {
  const signed = textAt(top, "webhooks", "signature", "signed") ?? "";
  const key = textAt(top, "webhooks", "signature", "key", "credential");
  return [...signed.matchAll(/\{([A-Za-z_][\w-]*)\}/g)].map((match) => match[1]!).concat(key ?? []);
}
