import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, settings, SettingsError } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'plaza-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the settings', () => {
  test('have a default for everything that a first start needs', () => {
    expect(readSettings({})).toMatchObject({ PORT: 3_000, HOST: '127.0.0.1', PLAZA_DATA: '.plaza', PLAZA_LOG_LEVEL: 'info', PLAZA_RATE_LIMIT_PER_MINUTE: 600 });
  });

  test('are read as what they are, and what is empty is not set', () => {
    expect(
      readSettings({ PORT: '0', PLAZA_REDIRECT_ALLOW_LIST_REQUIRED: '1', PLAZA_ALLOWED_HOSTS: ' a:1, b:2 ,', PUBLIC_URL: '', PLAZA_MANAGED_APPS: '{"twitter":{"clientId":"a","clientSecret":"b"}}' }),
    ).toMatchObject({ PORT: 0, PLAZA_REDIRECT_ALLOW_LIST_REQUIRED: true, PLAZA_ALLOWED_HOSTS: ['a:1', 'b:2'], PLAZA_MANAGED_APPS: { twitter: { clientId: 'a', clientSecret: 'b' } } });
    expect(readSettings({ PUBLIC_URL: '' }).PUBLIC_URL).toBeUndefined();
  });

  test('that cannot be used are all named at once', () => {
    const message = problemsOf({
      PORT: 'many',
      PUBLIC_URL: 'ftp://x',
      DATABASE_URL: 'mysql://x',
      PLAZA_INTERNAL_KEY: 'short',
      PLAZA_LOG_LEVEL: 'loud',
      PLAZA_MANAGED_APPS: '{',
      PLAZA_KEYRING_FILE: join(folder, 'absent'),
      PLAZA_RESTORED_AT: 'yesterday',
    });
    for (const name of ['PORT', 'PUBLIC_URL', 'DATABASE_URL', 'PLAZA_INTERNAL_KEY', 'PLAZA_LOG_LEVEL', 'PLAZA_MANAGED_APPS', 'PLAZA_KEYRING_FILE', 'PLAZA_RESTORED_AT']) {
      expect(message).toMatch(new RegExp(`^  ${name}: `, 'm'));
    }
    expect(message.split('\n')).toHaveLength(9);
  });

  test('are told without the value that was refused, which may be a secret', () => {
    const secret = 'hunter2';
    for (const name of ['PLAZA_INTERNAL_KEY', 'PLAZA_MANAGED_APPS', 'DATABASE_URL']) expect(problemsOf({ [name]: secret })).not.toContain(secret);
    expect(problemsOf({ PLAZA_MANAGED_APPS: `{"twitter":{"clientId":1,"clientSecret":["${secret}"]}}` })).not.toContain(secret);
  });

  test.each(Object.keys(settings.shape))('%s can be mounted as a file', (name) => {
    expect(problemsOf({ [`${name}_FILE`]: join(folder, 'absent') })).toContain(`${name}_FILE: the file ${join(folder, 'absent')} cannot be read`);
  });

  test('take the file before the variable, without the line end that editors put', () => {
    expect(readSettings({ PLAZA_KEYRING: 'from the variable', PLAZA_KEYRING_FILE: file('keyring', 'from the file\n') }).PLAZA_KEYRING).toBe('from the file');
  });

  test('all say what they mean', () => {
    for (const [name, schema] of Object.entries(settings.shape)) expect([name, schema.description]).toEqual([name, expect.stringMatching(/\.$/)]);
  });
});
