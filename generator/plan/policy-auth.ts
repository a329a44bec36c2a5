/** Which credentials go with which operation: the policy's scheme, else what the document's schemes demand. */

import type { AuthScheme, Policy } from "@couplet/runtime/codegen/v1";
import type { FactSource } from "../facts.ts";
import { pointerTo } from "../json-pointer.ts";
import type { Plan, SpecOperation } from "../model.ts";
import { factSource } from "./fact-source.ts";
import { at, type Branch, isNone, leafAt, type Node, textAt, toPlain } from "./layers.ts";
import { pathKey } from "./path-key.ts";
import { type Planning, unknownName } from "./planning.ts";
import { Credentials } from "./policy-credentials.ts";
import { planScheme } from "./policy-scheme.ts";
import type { Surroundings } from "./policy-session.ts";

export interface OperationAuth {
  readonly security: readonly (readonly string[])[];
  /** `in:name` of the parameters that carry credentials. */
  readonly supplied: readonly string[];
}

const nothing: OperationAuth = { security: [], supplied: [] };

export class AuthPlanner {
  readonly #planning: Planning;
  readonly #surroundings: Surroundings;
  /** Scheme -> key of the operation that logs in for it. */
  readonly #logins = new Map<string, string>();
  readonly credentials: Credentials;
  readonly #schemes = new Map<string, Plan<AuthScheme>>();
  /** Of the schemes that the policy configures. */
  readonly #sources = new Map<string, FactSource>();
  readonly #refused = new Set<string>();
  /** Identity of an `auth` block -> name of its scheme in the connector. */
  readonly #blocks = new Map<string, string | undefined>();
  readonly #operations = new Map<string, OperationAuth>();
  /** Schemes that any operation of the document asks for. */
  readonly #demanded: ReadonlySet<string>;

  constructor(planning: Planning, top: Branch, surroundings: Surroundings) {
    this.#planning = planning;
    this.#surroundings = surroundings;
    this.credentials = new Credentials(planning, top);
    this.#demanded = new Set(planning.document.operations.flatMap((operation) => operation.security.flat()));
    const auth = at(top, "auth");
    if (auth && !isNone(auth)) this.#configured(auth);
  }

  /** `constantsOf` an operation by its key: what stands in each request of a login call too. */
  plan(
    constantsOf: (operation: string) => Pick<Policy, "headers" | "query" | "path">,
  ): Readonly<Record<string, Plan<AuthScheme>>> {
    return Object.fromEntries(
      [...this.#schemes].map(([name, scheme]) => {
        const { session } = scheme;
        if (session === undefined) return [name, scheme];
        const constants = constantsOf(this.#logins.get(name)!);
        const { path, query } = pathKey(session.login.path);
        const whole = query === undefined ? constants : { ...constants, query: { ...query, ...constants.query } };
        const login = { ...session.login, path, constants: whole };
        return [name, { ...scheme, session: { ...session, login } }];
      }),
    );
  }

  /** Where the schemes of the policy were read, by name. */
  sources(): Readonly<Record<string, FactSource>> {
    return Object.fromEntries(this.#sources);
  }

  /** Everything that the schemes put into requests. */
  applied(): readonly { readonly in: string; readonly name: string }[] {
    return [...this.#schemes.values()].flatMap((scheme) => scheme.apply);
  }

  forOperation(operation: SpecOperation, tree: Node): OperationAuth {
    const auth = at(tree, "auth");
    if (auth !== undefined && this.#isLogin(operation, auth)) return nothing;
    const key = JSON.stringify([operation.security, auth === undefined ? null : [auth.layer.kind, toPlain(auth)]]);
    const known = this.#operations.get(key);
    if (known) return known;
    const security = auth && isNone(auth) ? [] : this.#security(operation, auth);
    const planned = security.length === 0 ? nothing : { security, supplied: this.#supplied(security) };
    this.#operations.set(key, planned);
    return planned;
  }

  /** Whoever logs in has no token yet. */
  #isLogin(operation: SpecOperation, auth: Node): boolean {
    if (textAt(auth, "flow") !== "session") return false;
    const own = this.#configured(auth);
    return own !== undefined && this.#logins.get(own.name) === operation.key;
  }

  #security(operation: SpecOperation, auth: Node | undefined): readonly (readonly string[])[] {
    const own = auth === undefined ? undefined : this.#configured(auth);
    if (own === undefined) return this.#choose(operation, own);
    // A block of a rule or operation speaks of exactly these operations; the document is not asked.
    if (ownLayer(auth!) !== "defaults") return [[own.name]];
    if (this.#demanded.has(own.scheme)) return this.#choose(operation, own);
    // The document asks for this scheme nowhere: it goes with every call that needs any, or with all if it is silent.
    const needed = this.#demanded.size === 0 || operation.security.some((schemes) => schemes.length > 0);
    return needed ? [[own.name]] : [];
  }

  /** The document's alternatives, those of the policy's scheme first. */
  #choose(operation: SpecOperation, own: { name: string; scheme: string } | undefined): readonly (readonly string[])[] {
    const covered = operation.security.filter((schemes) => own !== undefined && schemes.includes(own.scheme));
    const anonymous = operation.security.some((schemes) => schemes.length === 0);
    const wanted = covered.length > 0 ? covered : operation.security.filter((schemes) => schemes.length > 0);
    if (own !== undefined && covered.length === 0 && wanted.length > 0 && !anonymous)
      this.#planning.findings.addFor(operation.operationId ?? operation.key, leafPlace(this.#planning), {
        code: "P202",
        severity: "warning",
        message: `the document asks for ${wanted
          .flat()
          .map((name) => `\`${name}\``)
          .join(
            ", ",
          )} in {operations}, which the policy's \`auth\` does not configure; the document's scheme is used as it is`,
        fix: "add a rule with its own `auth` for these operations",
      });
    const resolved = wanted.flatMap((schemes) => {
      const names = schemes.map((scheme) => (own && scheme === own.scheme ? own.name : this.#inferred(scheme)));
      return names.includes(undefined)
        ? []
        : [names.filter((name): name is string => typeof name === "string" && name !== "")];
    });
    const distinct = [
      ...new Map(resolved.filter((one) => one.length > 0).map((one) => [one.join("\n"), one])).values(),
    ];
    return anonymous && distinct.length > 0 ? [...distinct, []] : distinct;
  }

  /** The scheme of an `auth` block; undefined when it cannot be planned. */
  #configured(auth: Node): { readonly name: string; readonly scheme: string } | undefined {
    const schemes = this.#planning.document.securitySchemes;
    const written = textAt(auth, "scheme");
    const scheme = written ?? (schemes.length === 1 ? schemes[0]!.name : "auth");
    const identity = JSON.stringify(toPlain(auth));
    if (!this.#blocks.has(identity)) {
      if (written !== undefined && !schemes.some((one) => one.name === written))
        unknownName(
          this.#planning,
          leafAt(auth, "scheme")!,
          "security scheme",
          written,
          schemes.map((one) => one.name),
        );
      const underway = planScheme(this.#planning, scheme, auth, this.credentials, this.#surroundings);
      const plan = underway?.scheme;
      let name = scheme;
      for (let i = 2; this.#schemes.has(name) && JSON.stringify(this.#schemes.get(name)) !== JSON.stringify(plan); i++)
        name = `${scheme}.${i}`;
      if (plan) {
        this.#schemes.set(name, plan);
        if (underway?.login !== undefined) this.#logins.set(name, underway.login);
        this.#sources.set(name, factSource(this.#planning, auth.path, auth));
      }
      this.#blocks.set(identity, plan && name);
    }
    const name = this.#blocks.get(identity);
    return name === undefined ? undefined : { name, scheme };
  }

  /** A scheme that only the document speaks of. `""`: it needs nothing from the client; undefined: not possible. */
  #inferred(name: string): string | undefined {
    if (this.#schemes.has(name)) return name;
    if (this.#refused.has(name)) return undefined;
    const { document, findings } = this.#planning;
    const index = document.securitySchemes.findIndex((one) => one.name === name);
    const scheme = document.securitySchemes[index];
    const place = document.locate(pointerTo("/components/securitySchemes", name));
    if (scheme?.type === "mutualTLS") {
      findings.warn(place, {
        code: "G201",
        message: `\`${name}\` is mutual TLS, which the client's \`fetch\` must bring`,
        fix: "give `createClient` a `fetch` with the client certificate",
      });
      return "";
    }
    const plan = scheme && planScheme(this.#planning, name, undefined, this.credentials, this.#surroundings)?.scheme;
    if (plan === undefined) {
      this.#refused.add(name);
      findings.warn(place, {
        code: "G201",
        message: `the security scheme \`${name}\` cannot be planned from the document`,
        fix: "declare `auth` in the policy",
      });
      return undefined;
    }
    if (scheme?.type === "http" && scheme.scheme !== "basic" && scheme.scheme !== "bearer")
      findings.warn(place, {
        code: "G201",
        message: `\`${name}\` is HTTP ${scheme.scheme} authentication; a bearer token is sent instead`,
        fix: "declare `auth` in the policy",
      });
    this.#schemes.set(name, plan);
    return name;
  }

  #supplied(security: readonly (readonly string[])[]): string[] {
    const places = security.flat().flatMap((name) => this.#schemes.get(name)?.apply ?? []);
    return [...new Set(places.map((one) => `${one.in}:${one.in === "header" ? one.name.toLowerCase() : one.name}`))];
  }
}

function ownLayer(auth: Node): string {
  const scheme = leafAt(auth, "scheme") ?? at(auth, "apply") ?? auth;
  return scheme.layer.kind;
}

function leafPlace(planning: Planning): { readonly path: readonly string[] } {
  return { path: planning.source?.has(["auth", "scheme"]) ? ["auth", "scheme"] : ["auth"] };
}
