/** The law for who may call, and where: security and servers. None of it is seen by types. */
import { type LawRow, row } from "./law-row.ts";

const NOTHING = "nothing to do";
const AUTH = "correct `auth` in the policy, and check that the credentials are there";
const TOKENS = "check where tokens come from, and correct `auth` in the policy; a new origin must be accepted";

const security: LawRow[] = [
  row("security-added", "any", "B", "calls without credentials get 401", AUTH),
  row("security-removed", "any", "R", "credentials may be ignored, or asked for in a way that is not described", AUTH),
  row("security-changed", "any", "B", "the credentials that are sent are refused with 401", AUTH),
  row("security-alternative-removed", "any", "B", "the credentials that are sent are refused with 401", AUTH, [
    "preferred",
  ]),
  row("security-alternative-removed", "any", "S", "the client sends other credentials", NOTHING, ["unused"]),
  row("security-alternative-removed", "any", "R", "calls with this kind of credentials get 401", AUTH),
  row("security-alternative-added", "any", "S", "the old credentials are still taken", NOTHING),
  row(
    "security-scope-added",
    "any",
    "B",
    "a token without the scope gets 403",
    "ask for the scope in the policy, and have it granted",
  ),
  row("security-scope-removed", "any", "S", "a token that may do more is as good", NOTHING),
  row("security-scheme-removed", "any", "R", "credentials of this kind may be refused", AUTH),
  row("security-scheme-added", "any", "S", "the old credentials are still taken", NOTHING),
  row("security-scheme-type-changed", "any", "B", "the credentials are sent in another way", AUTH),
  row(
    "security-scheme-place-changed",
    "any",
    "B",
    "the provider looks for the key in another place or under another name",
    AUTH,
  ),
  row("security-scheme-http-changed", "any", "B", "the Authorization header begins with another word", AUTH),
  row("security-scheme-url-changed", "any", "R", "the old URL may stop giving tokens", TOKENS),
  row("security-scheme-format-changed", "any", "S", "a hint for people", NOTHING),
  row("security-flow-removed", "any", "B", "tokens can no longer be got in this way", TOKENS),
  row("security-flow-added", "any", "S", "the old flows still work", NOTHING),
  row(
    "security-scheme-scope-removed",
    "any",
    "R",
    "asking for a scope that is gone may be refused",
    "ask for other scopes in the policy",
  ),
  row("security-scheme-scope-added", "any", "S", "no operation asks for it yet", NOTHING),
];

const servers: LawRow[] = [
  row(
    "server-removed",
    "any",
    "B",
    "the client calls this server unless the policy names another",
    "name the server in the policy, and accept its origin",
    ["preferred"],
  ),
  row("server-removed", "any", "R", "clients that choose this server may find nobody there", "choose another server"),
  row("server-added", "any", "S", "the old ones still answer", NOTHING),
  row(
    "server-preference-changed",
    "any",
    "R",
    "a regenerated client calls another server first",
    "name the server in the policy",
  ),
  row("server-variable-default-changed", "any", "R", "calls that do not set it go somewhere else", "set the variable"),
  row(
    "server-variable-value-removed",
    "any",
    "R",
    "clients that set the old value may find nobody there",
    "set another value",
  ),
  row("server-variable-value-added", "any", "S", "the old values still work", NOTHING),
];

export const accessLaw: readonly LawRow[] = [...security, ...servers];
