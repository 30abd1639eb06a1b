import type { GiveCredential } from './give-credential.ts';
import type { Platforms, TokenFigures } from './ports.ts';

const USE = { actor: 'connect', purpose: 'validate the token' };

/** Asks a platform whether an account's token is one. What is refused is renewed; where that fails too, its account's owner hears of it before a post does. */
export class ValidateToken {
  constructor(
    private readonly giveCredential: GiveCredential,
    private readonly platforms: Platforms,
    private readonly figures: TokenFigures,
  ) {}

  async execute(projectId: string, id: string): Promise<void> {
    const given = await this.giveCredential.execute(projectId, id, USE);
    if (!given.ok || given.value.kind !== 'credential') return;
    const { integration, credential } = given.value;
    const connector = this.platforms.connector(integration.platform);
    const validator = connector?.oauth?.validator;
    if (connector === undefined || validator === undefined) return;
    const validity = await validator.validate(this.platforms.callContext(connector, integration.mode, credential.extra), credential);
    this.figures.validated(integration.platform, validity);
    if (validity === 'refused') await this.giveCredential.execute(projectId, id, USE, integration.grantRevision);
  }
}
