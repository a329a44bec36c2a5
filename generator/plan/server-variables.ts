/** Variables of the document's servers: a name is said once for all servers on which it means the same. */
import type { Connector } from "@couplet/runtime/codegen/v1";
import type { SpecOperation, SpecServer } from "../model.ts";
import type { Planning } from "./planning.ts";
import { hostVariables } from "./url-template.ts";

type Rule = Connector["serverVariables"][string];
type Described = SpecServer["variables"][string];

const hostPattern = "^[A-Za-z0-9][A-Za-z0-9.:-]*$";

/** The variables that the root's servers have, and those that paths and operations bring with servers of their own. */
export class ServerVariables {
  readonly #planning: Planning;
  readonly #rules: Map<string, Rule>;
  readonly #decided: ReadonlySet<string>;
  readonly #told = new Set<string>();

  /** `decided`: what the policy says of variables, which holds wherever they stand. */
  constructor(planning: Planning, decided: Readonly<Record<string, Rule>> = {}) {
    this.#planning = planning;
    this.#rules = new Map(Object.entries(decided));
    this.#decided = new Set(this.#rules.keys());
  }

  names(): string[] {
    return [...this.#rules.keys()];
  }

  plan(): Record<string, Rule> {
    return Object.fromEntries(this.#rules);
  }

  /**
   * The URL of a server with its variables left open. A variable that has another default elsewhere is another one, and
   * its default is written in: what a client gives for the one must not move the other.
   */
  templateOf({ url, variables }: SpecServer, pointer: string): string {
    const hosts = new Set(hostVariables(url));
    return url.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
      if (this.#decided.has(name)) return whole;
      const described = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const known = this.#rules.get(name);
      if (known !== undefined && described !== undefined && known.default !== described.default) {
        this.#tell(url, name, described.default, pointer);
        return described.default;
      }
      const rule = known === undefined ? ruleOf(described) : shared(known, described);
      this.#rules.set(name, hosts.has(name) ? guarded(rule) : rule);
      return whole;
    });
  }

  /** The URL of an operation's own server, or none. */
  ownServer(operation: SpecOperation): { server?: string } {
    const [server] = operation.servers;
    return server === undefined ? {} : { server: this.templateOf(server, `${operation.pointer}/servers/0`) };
  }

  #tell(url: string, name: string, fallback: string, pointer: string): void {
    const identity = JSON.stringify([url, name]);
    if (this.#told.has(identity)) return;
    this.#told.add(identity);
    const { document, findings } = this.#planning;
    findings.warn(document.locate(pointer), {
      code: "S026",
      message: `\`{${name}}\` of \`${url}\` is not what it is on another server; it is always \`${fallback}\` here`,
      fix: "give one of them another name in an overlay",
    });
  }
}

/** A default that is not among the values is a slip of the document: calls that say nothing take it all the same. */
function ruleOf(described: Described | undefined): Rule {
  if (described === undefined) return {};
  const { default: preset, enum: values } = described;
  if (values === undefined) return { default: preset };
  return { default: preset, enum: values.includes(preset) ? values : [preset, ...values] };
}

/** What stands in a host name may not end it; a default that does is the document's own affair. */
function guarded(rule: Rule): Rule {
  const safe = rule.default === undefined || new RegExp(hostPattern, "u").test(rule.default);
  return safe && rule.enum === undefined ? { ...rule, pattern: hostPattern } : rule;
}

/** Whatever one of the servers takes: the values of both, and any value where one of them lists none. */
function shared(known: Rule, described: Described | undefined): Rule {
  const { enum: values, ...open } = known;
  if (values === undefined || described === undefined) return known;
  return described.enum === undefined ? open : { ...known, enum: [...new Set([...values, ...described.enum])] };
}
