/**
 * Rotation in each form: the service reads what it read before, as its own role through Secrets Manager; the real sops
 * opens the new file, and after --revoke no copy of the old one.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { KMS } from '@aws-sdk/client-kms';
import { awsEnvironment, region } from '../../aws/environment.mjs';
import { pluginWorkspace } from '../plugin-workspace.mjs';
import { shopOptions, startShop } from '../shop.mjs';
import { sopsIn } from '../sops-folder.mjs';

const services = ['user-service', 'payment-service'];
const stages = ['dev', 'prod'];
const rootOf = (service) => `services/${service}`;
const fileOf = (stage) => `secrets/${stage}.enc.yaml`;
const all = services.flatMap((service) => stages.map((stage) => ({ service, stage })));
const isOf = (service, stage) => (one) =>
  one.service === service && (stage === undefined || one.stage === stage);

/** What is rotated, how, and what becomes of a copy of the old file that names the alias, or the old key itself. */
const forms = [
  ['--data-key of a stage', { dataKey: true, stage: 'dev' }, isOf('user-service', 'dev'), ['opens', 'opens']],
  ['--data-key of a service', { dataKey: true }, isOf('user-service'), ['opens', 'opens']],
  ['--data-key of all', { dataKey: true, all: true }, () => true, ['opens', 'opens']],
  [
    '--key of a stage',
    { key: true, stage: 'dev' },
    isOf('user-service', 'dev'),
    ['IncorrectKeyException', 'opens'],
  ],
  [
    '--revoke of a stage',
    { revoke: true, stage: 'dev' },
    isOf('user-service', 'dev'),
    ['IncorrectKeyException', 'AccessDeniedException'],
  ],
];

describe('rotation', () => {
  let shop, workspace;

  const sops = async (service) =>
    sopsIn(join(workspace.path, rootOf(service)), {
      ...process.env,
      ...(await shop.variablesOf('operator')),
    });
  const keyArn = async (KeyId) => {
    const kms = new KMS({ endpoint: shop.endpoint, region });
    const { KeyMetadata } = await kms.describeKey({ KeyId });
    kms.destroy();
    return KeyMetadata.Arn;
  };
  const texts = async () =>
    Promise.all(all.map(({ service, stage }) => workspace.read(`${rootOf(service)}/${fileOf(stage)}`)));
  const opened = async () => {
    const found = [];
    for (const { service, stage } of all)
      found.push(String(await (await sops(service)).decrypt(fileOf(stage))));
    return found;
  };
  const deployed = async () => Promise.all(all.map(({ service, stage }) => shop.valueFor(service, stage)));
  const commitAndSync = async (message) => {
    await workspace.commit(message);
    return workspace.sync(...services.map(rootOf));
  };

  beforeEach(async () => {
    shop = await startShop();
    workspace = await pluginWorkspace('interop-rotate', shopOptions, {
      ...awsEnvironment(shop.endpoint, '/nonexistent'),
      ...(await shop.variablesOf('operator')),
    });
    for (const service of services)
      await workspace.generate('init', { directory: rootOf(service), stages: stages.join(',') });
    for (const { service, stage } of all)
      await workspace.set(rootOf(service), stage, 'PASSWORD', `of ${service} ${stage}`);
    await commitAndSync('Secrets');
  });
  afterEach(async () => {
    await shop?.stop();
    await workspace?.remove();
  });

  for (const [name, options, isMeant, oldCopies] of forms) {
    test(name, async () => {
      const oldKey = await keyArn('alias/user-service-dev');
      const [text, plain, values] = [await texts(), await opened(), await deployed()];
      await workspace.generate('rotate', { directory: rootOf('user-service'), ...options });

      // Before the sync, too: the service goes on reading.
      assert.deepEqual(await deployed(), values);
      const rotated = await texts();
      assert.deepEqual(
        all.filter((_, index) => rotated[index] !== text[index]),
        all.filter(isMeant),
      );
      assert.deepEqual(await opened(), plain);

      const outcomes = await commitAndSync('Rotated');
      const expected = all.map(
        (one) => `${one.service} ${one.stage} ${isMeant(one) ? 'updated' : 'unchanged'}`,
      );
      assert.deepEqual([...outcomes].sort(), expected.sort());
      assert.deepEqual(await deployed(), values);
      assert.deepEqual(await opened(), plain);

      // sops goes on with the file, and the plugin with what sops made.
      const program = await sops('user-service');
      const set = await program.run('set', fileOf('dev'), '["LEVEL"]', '"info"');
      assert.equal(set.exitCode, 0, set.all);
      await commitAndSync('A level');
      assert.deepEqual(await shop.valueFor('user-service', 'dev'), { ...values[0], LEVEL: 'info' });

      // A copy of the old file, as it is and with the old key named by its ARN.
      const copies = [text[0], text[0].replace(/arn:aws:kms:\S+alias\/user-service-dev/, oldKey)];
      const says = [];
      for (const copy of copies) {
        await program.write('old.enc.yaml', copy);
        const { exitCode, all: output } = await program.run('decrypt', 'old.enc.yaml');
        says.push(exitCode === 0 ? 'opens' : /\w+Exception/.exec(output)?.[0]);
      }
      assert.deepEqual(says, oldCopies);
    });
  }
});
