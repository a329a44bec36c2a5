import { type Diagnostic, type Location, printable } from "../errors.ts";

/** Where a finding stands: found out only when it is reported, because positions cost a second parse. */
export type Place = () => Location;

interface Pending {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly fix: string | undefined;
  readonly place: Place;
  count: number;
}

/** No input gets more lines than a person reads; the rest is counted. */
const MAX_PER_CODE = 40;

/** Collects findings over one document. Foreign text in messages is escaped here. */
export class Findings {
  readonly #pending: Pending[] = [];
  readonly #grouped = new Map<string, Pending>();
  readonly #perCode = new Map<string, Pending>();
  readonly #seen = new Map<string, number>();
  failed = false;

  error(code: string, place: Place, message: string, fix?: string): void {
    this.failed = true;
    this.#add(code, "error", place, message, fix);
  }

  warn(code: string, place: Place, message: string, fix?: string): void {
    this.#add(code, "warning", place, message, fix);
  }

  /** One finding for the same mistake in many places: the first place, and how many there are. */
  group(code: string, place: Place, message: string, fix?: string): void {
    const key = `${code} ${message}`;
    const known = this.#grouped.get(key);
    if (known) {
      known.count++;
      return;
    }
    const added = this.#add(code, "warning", place, message, fix);
    if (added) this.#grouped.set(key, added);
  }

  /** All findings with their places, in the order of the document. */
  report(): Diagnostic[] {
    const found = this.#pending.map(({ code, severity, message, fix, place, count }) => ({
      ...place(),
      code,
      severity,
      message: printable(count > 1 ? `${message} (${count} places)` : message),
      ...(fix === undefined ? {} : { fix: printable(fix) }),
    }));
    return found.sort(
      (a, b) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
        a.line - b.line ||
        a.column - b.column ||
        (a.code < b.code ? -1 : 1),
    );
  }

  #add(
    code: string,
    severity: "error" | "warning",
    place: Place,
    message: string,
    fix: string | undefined,
  ): Pending | undefined {
    const seen = (this.#seen.get(code) ?? 0) + 1;
    this.#seen.set(code, seen);
    if (seen > MAX_PER_CODE) {
      const more = this.#perCode.get(code);
      if (more) more.count++;
      else {
        const rest: Pending = {
          code,
          severity,
          message: `more findings of this kind`,
          fix: undefined,
          place,
          count: 1,
        };
        this.#perCode.set(code, rest);
        this.#pending.push(rest);
      }
      return undefined;
    }
    const added: Pending = { code, severity, message, fix, place, count: 1 };
    this.#pending.push(added);
    return added;
  }
}

/** A name of the document in quotes, short enough for one line. */
export function quoted(text: string): string {
  return `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`;
}
