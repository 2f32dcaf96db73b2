import { logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import { ProblemError } from '../problem';
import { problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import importValues from './import/generator';
import init from './init/generator';
import merge from './merge/generator';
import policy from './policy/generator';
import rename from './rename/generator';
import rotate from './rotate/generator';
import set from './set/generator';
import stage from './stage/generator';
import who from './who/generator';

// Without Nx's graph, which takes seconds: the projects are those of the Tree.
jest.mock('@nx/devkit', () => ({
  ...jest.requireActual<object>('@nx/devkit'),
  createProjectGraphAsync: () => Promise.resolve({ nodes: {} }),
}));

/** A name with a slip of the pen, wherever one is given: the message has the one that was meant. For stages see stage/every-verb.spec. */
const workspace = useAwsWorkspace();
const root = 'services/user-service';
const secret = '/services/user-service/dev';

workspace.prepare(async () => {
  await workspace.write({
    'nx.json': '{"plugins": [{"plugin": "nx-secrets", "options": {"stages": ["dev"]}}]}',
    [`${root}/project.json`]: '{"name": "user-service"}',
    'tmp/.env': 'TOKEN=x',
    'tmp/secret.yaml':
      'kind: Secret\napiVersion: v1\nmetadata: {name: orders}\nstringData: {A: x}\n---\nkind: Secret\napiVersion: v1\nmetadata: {name: users}\nstringData: {A: x}\n',
    'tmp/map.json': '{"services": {"users": "user-servce"}}',
  });
  await workspace.init({ directory: root });
  await workspace.set(root, 'dev', 'DATABASE_URL', 'v');
  await workspace.commit();
  await workspace.sync([root]);
});

let printed: string[];
beforeEach(() => {
  printed = [];
  const take = (text: unknown) => void printed.push(String(text));
  jest.spyOn(logger, 'info').mockImplementation(take);
  jest.spyOn(console, 'log').mockImplementation(take);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => (take(text), true));
});

/** What a run says, whether it ends well or not. */
async function said(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    printed.push(
      error instanceof ProblemError ? `${error.problem.what}\n${error.problem.fix}` : String(error),
    );
  }
  return printed.join('\n');
}
const generate = (run: (tree: Tree) => Promise<GeneratorCallback>) => said(workspace.generate(run));
const at = { directory: root, stage: 'dev' };
const path = (name: string) => `${workspace.directory()}/tmp/${name}`;

const service = { project: 'user-servce', stage: 'dev' };
test.each<[string, (tree: Tree) => Promise<GeneratorCallback>]>([
  ['init', (tree) => init(tree, { project: service.project })],
  ['stage', (tree) => stage(tree, { ...service, action: 'add' })],
  ['set', (tree) => set(tree, { ...service, key: 'A' })],
  ['import', (tree) => importValues(tree, { ...service, file: path('.env') })],
  ['rename', (tree) => rename(tree, { project: service.project })],
  ['rotate', (tree) => rotate(tree, { ...service, dataKey: true })],
  ['policy', (tree) => policy(tree, service)],
  ['who', (tree) => who(tree, service)],
])('%s --project=user-servce', async (_, run) => {
  expect(await generate(run)).toContain('Did you mean "user-service"?');
});

test.each<[string, (tree: Tree) => Promise<GeneratorCallback>, string]>([
  ['set --unset', (tree) => set(tree, { ...at, key: 'DATABASE_ULR', unset: true }), 'DATABASE_URL'],
  ['who --key', (tree) => who(tree, { ...at, key: 'DATABASE_ULR' }), 'DATABASE_URL'],
  [
    'import --overwrite',
    (tree) => importValues(tree, { ...at, file: path('.env'), overwrite: 'TOKNE' }),
    'TOKEN',
  ],
  ['import of a file', (tree) => importValues(tree, { ...at, file: path('.evn') }), '.env'],
  [
    'import --secret',
    (tree) => importValues(tree, { ...at, file: path('secret.yaml'), secret: 'ordres' }),
    'orders',
  ],
  [
    'import --map, a file',
    (tree) => importValues(tree, { directory: '', from: 'aws', map: path('mpa.json') }),
    'map.json',
  ],
  ['set --from-file', (tree) => set(tree, { ...at, key: 'A', fromFile: path('.evn') }), '.env'],
  ['merge', (tree) => merge(tree, { file: `${root}/secrets/dve.enc.yaml` }), `${root}/secrets/dev.enc.yaml`],
  ['stage add --from', (tree) => stage(tree, { ...at, action: 'add', stage: 'qa', from: 'dve' }), 'dev'],
  ['stage, what to do', (tree) => stage(tree, { ...at, action: 'remov' }), 'remove'],
  ['policy --for', (tree) => policy(tree, { ...at, for: 'runtim' }), 'runtime'],
])('%s', async (_, run, meant) => {
  expect(await generate(run)).toContain(`Did you mean "${meant}"?`);
});

const wrong = new Set(['/services/user-servce/dev']);
test.each([
  ['sync-secrets --overwrite', { overwrite: wrong, adopt: new Set<string>() }],
  ['sync-secrets --adopt', { overwrite: new Set<string>(), adopt: wrong }],
])('%s', async (_, overrides) => {
  expect(await said(workspace.sync([root], { overrides }))).toContain(`Did you mean "${secret}"?`);
});

test('provision-keys --adopt', async () => {
  const overrides = { adopt: new Set(['alias/user-servce-dev']), enable: false };
  expect(await said(workspace.provision([root], { overrides }))).toContain(
    'Did you mean "alias/user-service-dev"?',
  );
});

test('prune --delete', async () => {
  await workspace.git('rm', '-rqf', root);
  await workspace.commit();
  const [problem] = problems(await workspace.prune({ deletion: { kind: 'named', names: wrong } }));
  expect(problem?.fix).toContain(`Did you mean "${secret}"?`);
});

test.each(['stage', 'key', 'project'])('nothing is guessed for a %s that is close to none', async (what) => {
  const far = { stage: 'zzz', key: 'zzz', project: 'zzz' };
  const given = what === 'project' ? { project: far.project } : { ...at, [what]: far[what as 'key'] };
  expect(await generate((tree) => who(tree, given))).not.toContain('Did you mean');
});

test.each<[string, (tree: Tree) => Promise<GeneratorCallback>, RegExp]>([
  ['set without a key', (tree) => set(tree, at), /no key specified[^]*:set <key> --stage=<stage>/],
  ['stage without an action', (tree) => stage(tree, at), /no action specified[^]*:stage add <stage>/],
  ['merge without a file', (tree) => merge(tree, {}), /no file specified[^]*--diff-filter=U/],
])('%s, where nobody can be asked', async (_, run, expected) => {
  expect(await generate(run)).toMatch(expected);
});
