export interface Evidence {
  readonly accepted: readonly { readonly text: string }[];
  readonly targets: readonly { readonly text: string; readonly state: string }[];
  readonly ledger: readonly { readonly text: string }[];
  readonly mayBeUnconfirmed?: ReadonlySet<string>;
  readonly mayFail?: ReadonlySet<string>;
}

export interface Verdict {
  readonly accepted: number;
  readonly published: number;
  readonly unconfirmed: number;
  readonly failed: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly stuck: readonly string[];
  readonly unexplained: readonly string[];
}

export function judge(evidence: Evidence): Verdict;
export function isClean(verdict: Pick<Verdict, 'lost' | 'doubled' | 'stuck' | 'unexplained'>): boolean;
