import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { atRoot, pathIn, payment, region, useFixes, users, type NamedService } from './fixes.test-kit';

const fixes = useFixes();
const secretName = ({ service }: NamedService) => `/services/${service}/dev`;
const file = (one: NamedService) => pathIn(one, 'secrets/dev.enc.yaml');

describe.each<[string, NamedService]>([
  ['in a folder', users],
  ['at the root of the workspace', atRoot],
])('refusals of sync-secrets for a service %s: the fix, pasted as it is, works', (_, one) => {
  const sync = () => fixes.target(one, 'sync-secrets', { stage: 'dev' });
  const refusal = async (what: RegExp) => {
    const [problem] = await sync();
    expect(problem?.what).toMatch(what);
    return problem;
  };
  const adopting = () => fixes.target(one, 'sync-secrets', { stage: 'dev', adopt: secretName(one) });
  /** Takes over a secret with another value than the file: to adopt it is refused, with what replaces the value. */
  const adopt = async () => {
    const foreign = await refusal(/was not created by nx-secrets/);
    await expect(fixes.pasteFix(foreign)).rejects.toThrow('failed');
    const [other] = await adopting();
    expect(other?.code).toBe('adoptionReplaces');
    await fixes.pasteFix(other, {}, (line) => line.includes('--overwrite'));
  };
  fixes.prepare(async () => {
    if (one.root === '.') await fixes.configure({}, [one]);
    await fixes.setUp(one, 'dev');
  });

  test('a secret that somebody else made', async () => {
    const SecretString = '{ "A": "one" }';
    await fixes.client().send(new CreateSecretCommand({ Name: secretName(one), SecretString }));
    await fixes.pasteFix(await refusal(/was not created by nx-secrets/));
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(one))).toBe(SecretString);
  });

  describe('a secret that somebody else made, with another value', () => {
    const refused = async () => {
      const [problem] = await adopting();
      expect(problem?.code).toBe('adoptionReplaces');
      return problem;
    };
    const make = (SecretString: string) =>
      fixes.client().send(new CreateSecretCommand({ Name: secretName(one), SecretString }));

    test.each([
      ['has more', '{"B": "theirs", "A": "one"}'],
      ['has another one for a key', '{"A": "theirs", "B": "more"}'],
      ['has a mapping where the file has a text', '{"A": {"x": "theirs"}}'],
    ])('which %s, and is imported first', async (_, text) => {
      await make(text);
      await fixes.pasteFix(await refused(), {}, (line) => line.includes('import'));
      await fixes.commit();
      expect(await adopting()).toEqual([]);
      expect(await sync()).toEqual([]);
      expect(await fixes.valueOf(secretName(one))).toBe(text);
    });

    test('which has less: an import would change nothing, so the fix leaves it out', async () => {
      await make('{}');
      const problem = await refused();
      expect(problem?.fix).not.toContain('import');
      await fixes.pasteFix(problem, {}, (line) => line.includes('--overwrite'));
      expect(await fixes.valueOf(secretName(one))).toBe('{"A":"one"}');
    });
  });

  test('a value that was changed by hand, and is to stay', async () => {
    await sync();
    const SecretString = '{"A":"theirs","B":"new"}';
    await fixes.client().send(new PutSecretValueCommand({ SecretId: secretName(one), SecretString }));
    const problem = await refusal(/was changed outside Git/);
    const lines = (problem?.fix ?? '').split('\n');
    await fixes.pasteFix(
      problem,
      { places: { key: 'A' } },
      (line) => lines.indexOf(line) > lines.findIndex((text) => text.startsWith('To keep')),
    );
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(one))).toBe(SecretString);
  });

  test('a value that was changed by hand, imported, and adopted as the import says', async () => {
    await sync();
    const SecretString = '{ "A": "theirs" }';
    await fixes.client().send(new PutSecretValueCommand({ SecretId: secretName(one), SecretString }));
    const problem = await refusal(/was changed outside Git/);
    const [differs] = await adopting();
    expect(differs?.what).toContain('A would be changed');
    await fixes.pasteFix(
      problem,
      { places: { key: 'A' } },
      (line) => line.includes('--overwrite="<key>"') || line.includes('--overwrite=<key>'),
    );
    await fixes.commit();
    expect(await adopting()).toEqual([]);
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(one))).toBe(SecretString);
  });

  test('a secret that Secrets Manager rotates', async () => {
    await sync();
    await fixes.client().send(
      new RotateSecretCommand({
        SecretId: secretName(one),
        RotationLambdaARN: `arn:aws:lambda:${region}:123456789012:function:rotate`,
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      }),
    );
    await fixes.pasteFix(await refusal(/is rotated by Secrets Manager/));
    expect(await sync()).toEqual([]);
  });

  test('a replica of a secret elsewhere', async () => {
    const elsewhere = new SecretsManagerClient({ region: 'eu-central-1' });
    const AddReplicaRegions = [{ Region: region }];
    await elsewhere.send(
      new CreateSecretCommand({ Name: secretName(one), SecretString: 'x', AddReplicaRegions }),
    );
    elsewhere.destroy();
    await fixes.pasteFix(await refusal(/is a replica of the secret in eu-central-1/));
    await adopt();
    expect(await sync()).toEqual([]);
  });

  test('a damaged file, not committed and committed', async () => {
    const good = fixes.read(file(one));
    const damage = () =>
      fixes.write({
        [file(one)]: good.replace(
          /^A: ENC\[AES256_GCM,data:./m,
          (text) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`,
        ),
      });
    await damage();
    await fixes.pasteFix(
      await refusal(/cannot be decrypted/),
      {},
      (line) => !line.includes('<commit>') && !line.includes('log'),
    );
    expect(fixes.read(file(one))).toBe(good);
    await damage();
    await fixes.commit();
    await fixes.pasteFix(await refusal(/cannot be decrypted/), { places: { commit: 'HEAD~1' } });
    expect(fixes.read(file(one))).toBe(good);
    expect(await sync()).toEqual([]);
  });

  test('a file that nobody has encrypted yet', async () => {
    await fixes.git('rm', '-q', file(one));
    await fixes.commit();
    await fixes.write({ [file(one)]: 'A: two\n' });
    await fixes.pasteFix(await refusal(/not encrypted/), {}, (line) => line.includes('sops-codec'));
    expect(fixes.read(file(one))).not.toContain('two');
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(one))).toBe('{"A":"two"}');
  });

  test('a file that was encrypted before', async () => {
    await fixes.write({ [file(one)]: 'A: two\n' });
    await fixes.pasteFix(await refusal(/not encrypted/), {}, (line) => line.includes('HEAD'));
    expect(await sync()).toEqual([]);
  });

  test('a file without keys over a live value', async () => {
    await sync();
    await fixes.paste(`npx nx g nx-secrets:set A --unset --stage=dev --project=${one.project}`);
    await fixes.commit();
    const refused = await refusal(/would delete /);
    await fixes.pasteFix(refused, {}, (line) => line.includes('--allow-empty'));
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(one))).toBe('{}');
  });

  test('a shallow clone', async () => {
    await sync();
    await fixes.git('remote', 'add', 'origin', `file://${fixes.directory()}`);
    const { stdout } = await fixes.git('rev-parse', 'HEAD');
    await fixes.paste(`npx nx g nx-secrets:set A --stage=dev --project=${one.project}`, {
      values: { A: 'two' },
    });
    await fixes.commit();
    const head = (await fixes.git('rev-parse', 'HEAD')).stdout;
    writeFileSync(join(fixes.directory(), '.git/shallow'), `${head}\n`);
    const refused = await refusal(/this clone is shallow/);
    // The history is still there: nothing to fetch but the mark to take away.
    writeFileSync(join(fixes.directory(), '.git/shallow'), '');
    expect(refused?.fix.split('\n').at(-1)).toBe('git fetch --unshallow');
    expect(stdout).not.toBe(head);
    expect(await sync()).toEqual([]);
  });
});

describe('files that are not the service’s own', () => {
  const sync = () => fixes.target(users, 'sync-secrets', { stage: 'dev' });
  beforeEach(async () => {
    await fixes.setUp(users, 'dev');
    await fixes.setUp(payment, 'dev', { A: 'one', 'smtp.password': 'two' });
  });

  test('copied from another service', async () => {
    await fixes.write({ [file(users)]: fixes.read(file(payment)) });
    const [problem] = await sync();
    expect(problem?.what).toContain('alias/payment-service-dev');
    await fixes.pasteFix(problem, { values: { A: '1', 'smtp.password': '2' } });
    expect(await sync()).toEqual([]);
    expect(await fixes.valueOf(secretName(users))).toBe('{"A":"1","smtp":{"password":"2"}}');
  });

  test('under a key that is nobody’s of the workspace', async () => {
    const rules = fixes.read(`${users.root}/.sops.yaml`);
    await fixes.write({
      [file(users)]: fixes.read(file(users)).replace('alias/user-service-dev', 'alias/somebody'),
    });
    const [problem] = await sync();
    expect(problem?.what).toContain('is not encrypted with the key of its service and stage');
    await fixes.pasteFix(problem, { values: { A: '1' } }, (line) => !line.includes('updatekeys'));
    expect(fixes.read(`${users.root}/.sops.yaml`)).toBe(rules);
    expect(await sync()).toEqual([]);
  });
});
