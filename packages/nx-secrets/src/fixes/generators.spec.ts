import { logger } from '@nx/devkit';
import { atRoot, pathIn, payment, useFixes, users } from './fixes.test-kit';
import { commandsOf } from '../testing/pasted.test-kit';

const fixes = useFixes();
const set = (stage: string, key = 'A') =>
  `npx nx g nx-secrets:set ${key} --stage=${stage} --project=${users.project}`;
const values = { A: 'one' };

describe('set', () => {
  test('a service without files', async () => {
    await fixes.pasteFix(await fixes.refused(set('dev'), { values }));
    await fixes.paste(set('dev'), { values });
  });

  test('a stage that nx.json has, and the service has not', async () => {
    await fixes.setUp(users, 'dev');
    await fixes.configure({ stages: ['dev', 'prod'] });
    await fixes.pasteFix(await fixes.refused(set('prod'), { values }));
    await fixes.paste(set('prod'), { values });
  });

  test.each([[{}], [{ stages: ['dev'] }]])('a stage that nobody has, with %j in nx.json', async (options) => {
    await fixes.configure(options);
    await fixes.setUp(users, 'dev');
    await fixes.pasteFix(await fixes.refused(set('staging'), { values }));
    await fixes.paste(set('staging'), { values });
  });

  test('a rule that leaves the value unencrypted', async () => {
    await fixes.setUp(users, 'dev');
    const rules = pathIn(users, '.sops.yaml');
    const file = pathIn(users, 'secrets/dev.enc.yaml');
    const before = fixes.read(rules);
    await fixes.write({
      [rules]: before.replace('    key_groups:', '    encrypted_regex: ^secret\n    key_groups:'),
    });
    await fixes.paste(`rm ${file}`);
    await fixes.paste(`npx nx g nx-secrets:init --stages=dev --project=${users.project}`);
    await fixes.paste(set('dev', 'secret'), { values: { secret: 'two' } });
    const refused = await fixes.refused(set('dev'), { values });
    await fixes.write({ [rules]: before });
    await fixes.pasteFix(refused);
    await fixes.paste(set('dev'), { values });
    expect(fixes.read(file)).toMatch(/^A: ENC/m);
    await fixes.commit();
    expect(await fixes.target(users, 'sync-secrets')).toEqual([]);
    expect(await fixes.valueOf('/services/user-service/dev')).toBe('{"secret":"two","A":"one"}');
  });

  test('a project that there is not', async () => {
    const refused = await fixes.refused('npx nx g nx-secrets:set A --project=nothing-like-it', { values });
    expect(commandsOf(refused.fix)).toEqual(['npx nx show projects']);
  });

  test('by the folder, as by the name', async () => {
    await fixes.setUp(users, 'dev');
    await fixes.paste(`npx nx g nx-secrets:set A --stage=dev --project=${users.root}`, { values });
  });
});

describe('init', () => {
  test('a stage that nx.json does not list, for a service at the root: what adds it is not taken for the service', async () => {
    await fixes.configure({ stages: ['dev'] }, [atRoot]);
    const init = `npx nx g nx-secrets:init --stages=qa --project=${atRoot.project}`;
    const keys = () => fixes.aws().calls()['kms:CreateKey'] ?? 0;
    const [add] = commandsOf((await fixes.refused(init)).fix);
    await fixes.paste(add!);
    expect(keys()).toBe(0);
    await fixes.paste(init);
    expect(keys()).toBe(1);
  });

  test('a stage that nx.json does not list', async () => {
    await fixes.configure({ stages: ['dev'] });
    const init = `npx nx g nx-secrets:init --stages=qa --project=${users.project}`;
    await fixes.pasteFix(await fixes.refused(init));
    await fixes.paste(init);
    await fixes.paste(set('qa'), { values });
  });

  test('a new folder, where Nx takes the project at the root for the one around it', async () => {
    await fixes.configure({}, [atRoot]);
    await fixes.init({ project: atRoot.project, directory: 'services/new', stages: 'dev' });
    expect(fixes.read('services/new/secrets/dev.enc.yaml')).toContain('alias/new-dev');
    expect(() => fixes.read('.sops.yaml')).toThrow('ENOENT');
  });

  test('no stages anywhere', async () => {
    const init = `npx nx g nx-secrets:init --project=${users.project}`;
    await fixes.pasteFix(await fixes.refused(init));
    await fixes.paste(init);
    await fixes.paste(set('prod'), { values });
  });

  test('two services of one name', async () => {
    await fixes.setUp(users, 'dev');
    await fixes.configure({ services: { [users.root]: 'same', [payment.root]: 'same' } });
    const refused = await fixes.refused(`npx nx g nx-secrets:init --stages=dev --project=${payment.project}`);
    expect(refused.fix).toContain('"services": {');
    await fixes.configure({ services: { [users.root]: users.service, [payment.root]: 'another-name' } });
    await fixes.paste(`npx nx g nx-secrets:init --stages=dev --project=${payment.project}`);
  });
});

test('rotate, where there is nothing to rotate', async () => {
  const rotate = `npx nx g nx-secrets:rotate --data-key --project=${users.project}`;
  await fixes.configure({ stages: ['dev'] });
  await fixes.pasteFix(await fixes.refused(rotate));
  await fixes.paste(rotate);
});

test('policy of a folder that is not a service', async () => {
  const policy = `npx nx g nx-secrets:policy --project=${users.project}`;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await fixes.configure({ stages: ['dev'] });
  await fixes.pasteFix(await fixes.refused(policy));
  await fixes.paste(policy);
});

test('what init says is next can be pasted', async () => {
  const said: string[] = [];
  jest.spyOn(logger, 'info').mockImplementation((text: string) => void said.push(text));
  await fixes.init({ project: users.project, stages: 'dev' });
  const next = /^Next: (.*)$/m.exec(said.join('\n'))?.[1] ?? '';
  expect(next).toContain('"@acme/users"');
  await fixes.paste(next.replace('<key>', 'KEY'), { values: { KEY: 'x' } });
});
