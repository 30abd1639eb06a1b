import type { Scenario } from '../kit/scenario.spec-support.ts';
import { patreon as connector } from './index.ts';
import { patreonSimulator } from './simulator.ts';

export const patreon: Scenario = { connector, simulator: patreonSimulator, examples: () => ({}), refusals: {}, missingPostId: '0' };
