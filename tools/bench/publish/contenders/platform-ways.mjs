// How Plaza is led to the sink by documented means, so that a publication of it is one POST there like a job of every peer.

/** `mode` is that of the key, `credentials(index)` those of one account, `environment` the settings that allow it. */
export const PLATFORM_WAYS = {
  /**
   * A server of one's own: its address belongs to the account, and PLAZA_ALLOWED_HOSTS lets it be on loopback. The connector prepares a
   * post before the one call, which costs two transactions that the peers' jobs do not have.
   */
  bluesky: (sinkUrl) => ({
    mode: 'live',
    environment: { PLAZA_ALLOWED_HOSTS: new URL(sinkUrl).host },
    credentials: (index) => ({ identifier: `bench${index}.test`, password: 'aaaa-bbbb-cccc-dddd', service: sinkUrl }),
  }),
  /** The sink in the sandbox's place. Nothing is prepared, so this is the publishing protocol and nothing else; it needs the setting. */
  discord: (sinkUrl) => ({
    mode: 'test',
    environment: { PLAZA_SANDBOX_URL: sinkUrl },
    credentials: (index) => ({ webhookUrl: `${sinkUrl}/discord/api/webhooks/${1_000 + index}/bench-bench-bench-${index}` }),
  }),
};
