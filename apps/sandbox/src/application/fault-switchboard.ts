import { createHash, randomUUID } from 'node:crypto';
import type { Fault } from '@plaza/connectors/simulators';
import { fits, spend, type FaultCall, type FaultRule } from '../domain/fault-rule.ts';
import { readMagic } from '../domain/magic-words.ts';
import type { World } from './world.ts';

const MAX_RULES = 1000;

export type Chosen =
  { readonly kind: 'none' } | { readonly kind: 'fault'; readonly fault: Fault } | { readonly kind: 'unknown_word'; readonly word: string };

/** Decides which fault, if any, hits a call. Rules of the API go first, oldest first; then the magic words of a post's text. */
export class FaultSwitchboard {
  readonly #rules;
  readonly #spentWords;

  constructor(world: World) {
    this.#rules = world.table<FaultRule>('_/faults', MAX_RULES);
    this.#spentWords = world.table<true>('_/magic');
  }

  add(rule: Omit<FaultRule, 'id'>): string {
    const id = randomUUID();
    this.#rules.set(id, { ...rule, id });
    return id;
  }

  rules(): FaultRule[] {
    return [...this.#rules.values()];
  }

  /** Whether there was such a rule. */
  remove(id: string): boolean {
    const isKnown = this.#rules.get(id) !== undefined;
    this.#rules.delete(id);
    return isKnown;
  }

  clear(): void {
    this.#rules.clear();
  }

  choose(call: FaultCall, text: string | undefined): Chosen {
    const rule = this.rules().find((candidate) => fits(candidate, call));
    if (rule !== undefined) {
      this.#spend(rule);
      return { kind: 'fault', fault: rule.fault };
    }
    return call.operation === 'publish' && text !== undefined ? this.#magic(call, text) : { kind: 'none' };
  }

  #spend(rule: FaultRule): void {
    const rest = spend(rule);
    if (rest === undefined) this.#rules.delete(rule.id);
    else this.#rules.set(rule.id, rest);
  }

  /** A word acts on the first attempt of its text per account, so that a retry goes through; that is remembered over a kill. */
  #magic(call: FaultCall, text: string): Chosen {
    const magic = readMagic(text);
    if (magic.kind === 'none') return magic;
    if (magic.kind === 'unknown') return { kind: 'unknown_word', word: magic.word };
    if (magic.everyTime) return { kind: 'fault', fault: magic.fault };
    const key = createHash('sha256')
      .update(JSON.stringify([call.platform, call.accountId, text]))
      .digest('base64url');
    if (this.#spentWords.get(key) === true) return { kind: 'none' };
    this.#spentWords.set(key, true);
    return { kind: 'fault', fault: magic.fault };
  }
}
