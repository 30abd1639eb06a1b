import type { Fault } from '@plaza/connectors/simulators';

/** A fault switched through the API: it acts on the next `remaining` calls that it fits. */
export interface FaultRule {
  readonly id: string;
  readonly platform: string;
  /** Absent: every operation. */
  readonly operation?: string;
  /** Absent: every account. */
  readonly accountId?: string;
  readonly fault: Fault;
  readonly remaining: number;
}

/** A call, as far as faults look at it. */
export interface FaultCall {
  readonly platform: string;
  readonly operation: string;
  readonly accountId?: string;
}

/** Whether a rule acts on a call. */
export function fits(rule: FaultRule, call: FaultCall): boolean {
  if (rule.platform !== call.platform) return false;
  if (rule.operation !== undefined && rule.operation !== call.operation) return false;
  return rule.accountId === undefined || rule.accountId === call.accountId;
}

/** The rule after it acted once; undefined when it is spent. */
export function spend(rule: FaultRule): FaultRule | undefined {
  return rule.remaining <= 1 ? undefined : { ...rule, remaining: rule.remaining - 1 };
}
