/** What a comparison may know beside the two documents. Without any of it, the raw documents are judged. */
export interface DiffOptions {
  readonly provider?: string;
  readonly apiVersion?: string;
  /** Operation key -> `namespace.method`, of each side; from locks or plans. */
  readonly names?: {
    readonly base: Readonly<Record<string, string>>;
    readonly revision: Readonly<Record<string, string>>;
  };
  readonly policy?: PolicyFactsOfDrift;
}

export interface PolicyFactsOfDrift {
  /** Lower-cased names of response headers that the policy reads: paging, rate limits, request ids. */
  readonly responseHeaders?: readonly string[];
  /** Responses that are not as described are errors. */
  readonly strictResponses?: boolean;
  /** Enumerations in responses do not take unknown values. */
  readonly closedEnums?: boolean;
  /** Keys of operations that the policy leaves out, of either side: their changes are not told. */
  readonly excluded?: readonly string[];
  /** Parameters that the policy supplies, as `in:name`, headers in lower case. */
  readonly supplied?: readonly string[];
  /**
   * Operation key -> the alternatives of security that its calls choose from, by the document's names of schemes; of the
   * base, where the document gives a choice.
   */
  readonly alternatives?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** The values that the policy of the revision gives them, where they are constant, as in a version's pin. */
  readonly constants?: Readonly<Record<string, readonly string[]>>;
}
