import { randomBytes } from 'node:crypto';
import { startKafka } from './kafka.mjs';

const KEYSTORE = '/tmp/broker.p12';

/**
 * A broker whose outer listener asks for TLS and a user: PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512, all of the user `plaza`. Its certificate
 * for 127.0.0.1 is made in the container. Resolves to the broker with that certificate (PEM) and the password.
 */
export async function startSecuredKafka() {
  const password = randomBytes(12).toString('hex');
  const storePassword = randomBytes(12).toString('hex');
  const keytool = `keytool -genkeypair -alias broker -keyalg EC -dname CN=broker -ext san=ip:127.0.0.1 -validity 2 -storetype PKCS12 -keystore ${KEYSTORE} -storepass ${storePassword}`;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_plaza="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const kafka = await startKafka(
    (port) => ({
      KAFKA_LISTENERS: 'SASL_SSL://:9092,CONTROLLER://:9093,INNER://:9094',
      KAFKA_ADVERTISED_LISTENERS: `SASL_SSL://127.0.0.1:${port},INNER://localhost:9094`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,INNER:PLAINTEXT,SASL_SSL:SASL_SSL',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INNER',
      KAFKA_SASL_ENABLED_MECHANISMS: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      KAFKA_LISTENER_NAME_SASL__SSL_PLAIN_SASL_JAAS_CONFIG: plain,
      'KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___256_SASL_JAAS_CONFIG': scram,
      'KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___512_SASL_JAAS_CONFIG': scram,
      KAFKA_SSL_KEYSTORE_LOCATION: KEYSTORE,
      KAFKA_SSL_KEYSTORE_PASSWORD: storePassword,
      KAFKA_SSL_KEYSTORE_TYPE: 'PKCS12',
    }),
    ['bash', '-c', `${keytool} && exec /etc/kafka/docker/run`],
  );
  const run = async (command) => {
    const { exitCode, output } = await kafka.container.exec(command);
    if (exitCode !== 0) throw new Error(`${command[0]} failed in the broker's container: ${output}`);
    return output;
  };
  try {
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      await run(['/opt/kafka/bin/kafka-configs.sh', '--bootstrap-server', 'localhost:9094', '--alter', '--add-config', `${mechanism}=[password=${password}]`, '--entity-type', 'users', '--entity-name', 'plaza']);
    }
    const ca = await run(['keytool', '-exportcert', '-rfc', '-alias', 'broker', '-keystore', KEYSTORE, '-storepass', storePassword]);
    return { ...kafka, ca, password };
  } catch (error) {
    await kafka.stop();
    throw error;
  }
}
