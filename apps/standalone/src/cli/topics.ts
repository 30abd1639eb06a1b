import { readSettings, say, type Settings } from '@plaza/chassis';
import { events, OperatorError } from '@plaza/contracts';
import { applyTopics, diffTopics, kafkaSettings, planTopics, topicChangeLine, topicSettings, withAdmin, type Admin, type TopicChange, type TopicPlan } from '@plaza/messaging/kafka';
import { Command } from 'commander';

/** `plaza topics ...` */
export function topicCommands(): Command {
  const topics = new Command('topics').description('The topics of KAFKA_BROKERS, as the event registry and the KAFKA_ settings plan them');
  topics
    .command('plan')
    .description('Show as a diff what "apply" would do')
    .action(() => onCluster(async (admin, plans) => show(await diffTopics(admin, plans))));
  topics
    .command('apply')
    .description('Make what is missing, and change what can be changed')
    .action(() =>
      onCluster(async (admin, plans) => {
        const { made, left } = await applyTopics(admin, plans);
        show([...made, ...left]);
      }),
    );
  topics
    .command('check')
    .description('Fail when the cluster is not as planned')
    .action(() =>
      onCluster(async (admin, plans) => {
        const changes = await diffTopics(admin, plans);
        show(changes);
        if (changes.length > 0) throw new OperatorError('The topics are not as planned.');
      }),
    );
  return topics;
}

async function onCluster(work: (admin: Admin, plans: TopicPlan[]) => Promise<void>): Promise<void> {
  const settings: Settings = readSettings();
  if (settings.KAFKA_BROKERS.length === 0) throw new OperatorError('Set KAFKA_BROKERS.');
  await withAdmin(kafkaSettings(settings, 'plaza-topics'), (admin) => work(admin, planTopics(events, topicSettings(settings))));
}

function show(changes: readonly TopicChange[]): void {
  for (const change of changes) say(topicChangeLine(change));
  if (changes.length === 0) say('the topics are as planned');
}
