import { account, problems, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { readServices } from '../../config/services';
import { readOptions } from '../../config/options';

const workspace = useAwsWorkspace();
const [first, second] = ['services/api', 'apps/api'];
const given = { stages: { dev: { region, accountId: account } } };

beforeEach(() =>
  workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
    [`${first}/project.json`]: '{"name":"api"}',
    [`${second}/project.json`]: '{"name":"other-api"}',
  }),
);
const rule = (root: string) => workspace.read(`${root}/.sops.yaml`);

test('a service whose files are still to come has its names, too', async () => {
  await workspace.init({ directory: first, files: false });
  await expect(workspace.init({ directory: second, files: false })).rejects.toThrow('would share');
  // Nor does a copy of its folder come to its key.
  await workspace.write({ [`${second}/.sops.yaml`]: rule(first) });
  const options = readOptions(given);
  const everyService = await readServices(workspace.directory(), [first, second], options);
  const services = everyService.filter(({ root }) => root === second);
  const report = await workspace.provision([], { options, services, everyService });
  expect(problems(report).map(({ code }) => code)).toEqual(['nameClash']);
});

test('services that --all sets up at once do not share a key', async () => {
  await workspace.write({ [`${first}/.sops.yaml`]: '{}\n', [`${second}/.sops.yaml`]: '{}\n' });
  await expect(workspace.init({ directory: '', all: true, stages: 'dev' })).rejects.toThrow('would share');
  expect([rule(first), rule(second)]).toEqual(['{}\n', '{}\n']);
});
