import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { logger } from '@nx/devkit';
import { everybody, shopIam, shopOptions } from '../../policies/roles.test-kit';
import { account, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const prod = `${user}/secrets/prod.enc.yaml`;
const path = (name: string) => join(workspace.directory(), name);

/** Runs a step as a role. */
async function as<T>(role: string, step: () => Promise<T>): Promise<T> {
  const sts = new STSClient({ endpoint: workspace.aws().endpoint, region, credentials: everybody });
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  sts.destroy();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials!.SessionToken,
  });
  return step();
}
const importJson = async (values: object, options: ImportOptions = {}) => {
  await workspace.write({ 'a.json': JSON.stringify(values) });
  await workspace.generate((tree) =>
    importValues(tree, { directory: user, stage: 'prod', file: path('a.json'), ...options }),
  );
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  jest.mocked(logger.info).mockClear();
  return text;
};
const pushed = async () => {
  await workspace.commit();
  await as('user-service-prod-sync', () => workspace.sync([user], { stages: ['prod'] }));
  workspace.aws().setIam(undefined);
  return JSON.parse((await workspace.valueOf('/services/user-service/prod')) ?? '') as unknown;
};

beforeEach(async () => {
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: shopOptions }] }),
  });
  await workspace.init({ directory: user, stages: 'dev,prod' });
  await workspace.set(user, 'prod', 'A', 'one');
  await workspace.commit();
  workspace.aws().setIam(shopIam);
});
afterEach(() => workspace.aws().setIam(undefined));

test('whoever may encrypt only imports pending values; what the file has stays, a second run changes nothing', async () => {
  const values = { A: 'mine', B: 'two', m: { port: 5432, on: true } };
  const text = await as('user-service-team', () => importJson(values, { removeSource: true }));
  expect(text).toMatch(/added +B\n +added +m\.port\n +added +m\.on\n +kept +A/);
  expect(text).toMatch(/added as pending values[^]*Whether kept keys have the same value is unknown/);
  expect(text).not.toContain('has another value in the file');
  expect(existsSync(path('a.json'))).toBe(true);
  const before = workspace.read(prod);
  expect(before).not.toMatch(/two|5432/);
  expect(await importJson(values)).toMatch(/kept +B\n[^]*kept +m\.port/);
  expect(workspace.read(prod)).toBe(before);
  expect(await importJson({ B: 'three' }, { overwrite: 'B' })).toMatch(/replaced +B/);
  await expect(importJson({ A: 'mine' }, { overwrite: 'A' })).rejects.toThrow(
    /A already exists, and this identity may add values but not change them/,
  );
  expect(await pushed()).toEqual({ A: 'one', B: 'three', m: { port: 5432, on: true } });
});

test.each([
  [{ B: 'x', list: ['canary'] }, /list is a list or has no text/],
  [{ B: 'x', C: '' }, /an empty pending value/],
  [{ B: 'x', C: null }, /an empty pending value/],
  [{ B_unencrypted: 7 }, /B_unencrypted would be left unencrypted/],
])('what cannot be added so is refused, and nothing is written: %j', async (values, message) => {
  const before = workspace.read(prod);
  await expect(as('user-service-team', () => importJson(values))).rejects.toThrow(message);
  expect(workspace.read(prod)).toBe(before);
});

test('a stage without a file: it is made, and gets the values', async () => {
  await workspace.git('rm', '-q', prod);
  await workspace.commit();
  const text = await as('user-service-team', () => importJson({ A: 'two' }));
  expect(text).toMatch(/added +A/);
  expect(await pushed()).toEqual({ A: 'two' });
});
