import { join } from 'node:path';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { createClients } from './clients';
import { defaultRegion } from './identity';

const directory = useDirectory();
const before = { ...process.env };
beforeEach(async () => {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_')))
    delete process.env[name];
  await writeFiles(directory(), { config: '[profile work]\nregion = eu-west-3\n', credentials: '' });
  process.env['AWS_CONFIG_FILE'] = join(directory(), 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(directory(), 'credentials');
});
afterEach(() => {
  process.env = { ...before };
});

test.each<[string, Record<string, string>]>([
  ['eu-west-1', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2', AWS_PROFILE: 'work' }],
  ['eu-west-2', { AWS_DEFAULT_REGION: 'eu-west-2', AWS_PROFILE: 'work' }],
  ['eu-west-2', { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' }],
  ['eu-west-3', { AWS_PROFILE: 'work' }],
  ['eu-west-3', { AWS_DEFAULT_REGION: '', AWS_PROFILE: 'work' }],
])('the region is %s with %j', async (region, variables) => {
  Object.assign(process.env, variables);
  expect(await defaultRegion()).toBe(region);
  const clients = createClients({});
  expect(await (await clients.kms()).config.region()).toBe(region);
  clients.destroy();
});

test('none: what is looked at is named', async () => {
  await expect(defaultRegion()).rejects.toThrow(/no AWS region is set[^]*AWS_REGION, AWS_DEFAULT_REGION/);
});
