import { useKeyWorkspace, user } from '../../keys/key-workspace.test-kit';
import { account } from '../../testing/aws-workspace.test-kit';
import { accountDetails, startIam } from './iam-server.test-kit';
import { shopIam } from '../../policies/roles.test-kit';
import who, { type WhoOptions } from './generator';

const workspace = useKeyWorkspace();
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const principals = {
  sync: role('sync'),
  encrypt: role('developer-*'),
  decrypt: role('lead'),
  runtime: role('{service}-{stage}'),
};

async function ask(options: WhoOptions = { directory: user }) {
  const printed: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  await workspace.generate((tree) => who(tree, { json: 'tmp/who.json', ...options }));
  write.mockRestore();
  return { text: printed.join(''), data: JSON.parse(workspace.read('tmp/who.json')) };
}

test('first look', async () => {
  await workspace.options({ stages: { dev: { principals } } });
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'A', 'hello');
  await workspace.commit();
  await workspace.sync([user]);
  let { text, data } = await ask();
  const iam = await startIam(() => accountDetails(shopIam, account));
  process.env.AWS_ENDPOINT_URL_IAM = iam.endpoint;
  const two = await ask();
  await iam.stop();
  require('node:fs').writeFileSync('/tmp/who-out.txt', text + two.text + JSON.stringify(two.data, null, 1));
});
