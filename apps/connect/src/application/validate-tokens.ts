import type { UnitOfWork } from '@plaza/chassis';
import type { Validator } from '@plaza/connectors';
import { PLATFORMS, type Platform } from '@plaza/contracts';
import { Loop } from '@plaza/messaging';
import type { GiveCredential } from './give-credential.ts';
import type { IntegrationRepository, Platforms, TokenFigures } from './ports.ts';

const REST_MS = 5_000;
const BATCH = 20;
const USE = { actor: 'connect', purpose: 'validate the token' };

/** Validates tokens as often as their platform wants it. One that is refused is renewed; where that fails too, its account's owner hears of it before a post does. */
export class ValidateTokens {
  readonly #validators: ReadonlyMap<Platform, Validator>;
  readonly #loop: Loop;

  constructor(
    private readonly work: UnitOfWork,
    private readonly integrations: IntegrationRepository,
    private readonly giveCredential: GiveCredential,
    private readonly platforms: Platforms,
    private readonly figures: TokenFigures,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#validators = new Map(
      PLATFORMS.flatMap((platform) => {
        const validator = platforms.connector(platform)?.oauth?.validator;
        return validator === undefined ? [] : [[platform, validator]];
      }),
    );
    this.#loop = new Loop({ step: () => this.#step(), restMs: REST_MS, onError });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #step(): Promise<number> {
    const everyMs = new Map([...this.#validators].map(([platform, validator]) => [platform, validator.everyMs]));
    const due = await this.work.system((tx) => this.integrations.takeForValidation(tx, everyMs, BATCH));
    await Promise.all(due.map(({ id, projectId }) => this.#validate(projectId, id).catch(this.onError)));
    return due.length === BATCH ? 0 : REST_MS;
  }

  async #validate(projectId: string, id: string): Promise<void> {
    const given = await this.giveCredential.execute(projectId, id, USE);
    if (!given.ok || given.value.kind !== 'credential') return;
    const { integration, credential } = given.value;
    const connector = this.platforms.connector(integration.platform);
    const validator = this.#validators.get(integration.platform);
    if (connector === undefined || validator === undefined) return;
    const validity = await validator.validate(this.platforms.callContext(connector, integration.mode, credential.extra), credential);
    this.figures.validated(integration.platform, validity);
    if (validity === 'refused') await this.giveCredential.execute(projectId, id, USE, integration.grantRevision);
  }
}
