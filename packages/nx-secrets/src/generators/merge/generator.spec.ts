import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, decrypt, edit, getValue, parse, serialize, setValue, type Value } from 'sops-codec';
import { problems, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../../testing/pasted.test-kit';
import { parseSecretFile } from '../../config/secret-file-name';

const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const root = 'services/users';
const pem = '-----BEGIN KEY-----\nx\n-----END KEY-----\n';

const formatOf = (path: string) => parseSecretFile(path.slice(path.lastIndexOf('/') + 1))!.format;
const read = (path: string) => parse(readFileSync(join(workspace.directory(), path)), formatOf(path));
const valuesOf = async (path: string, keys: readonly (readonly string[])[]) => {
  const { documents } = await decrypt(read(path), createKeyring());
  return keys.map((key) => getValue(documents, key));
};
/** Sets values of any kind, as sops does. */
const change = async (path: string, values: readonly (readonly [readonly string[], Value])[]) => {
  const changed = await edit(
    read(path),
    (documents) => values.reduce((all, [key, value]) => setValue(all, key, value), documents),
    createKeyring(),
  );
  await workspace.write({ [path]: serialize(changed) });
  await workspace.commit();
};
const conflictOf = async (path: string, ours: () => Promise<void>, theirs: () => Promise<void>) => {
  await workspace.git('checkout', '-q', '-b', 'theirs');
  await theirs();
  await workspace.git('checkout', '-q', 'main');
  await ours();
  await expect(workspace.git('merge', 'theirs')).rejects.toThrow('CONFLICT');
  const [problem] = problems(await workspace.sync([root]));
  expect(problem).toMatchObject({ what: expect.stringContaining('merge conflict'), where: path });
  return problem!.fix;
};

beforeEach(() =>
  workspace.write({
    [`${root}/project.json`]: '{"name": "@acme/users"}',
    'nx.json':
      '{"plugins": [{"plugin": "nx-secrets", "options": {"services": {"services/users": "user-service"}}}]}',
  }),
);

const str = (text: string): Value => ({ kind: 'str', text });
const kinds: readonly (readonly [readonly string[], Value])[] = [
  [['NUMBER'], { kind: 'int', value: 9007199254740993n }],
  [['FLOAT'], { kind: 'float', value: 1.5 }],
  [['FLAG'], { kind: 'bool', value: true }],
  [['LIST'], { kind: 'list', elements: [str('a'), { kind: 'int', value: 1n }] }],
  [['nested', 'pem'], str(pem)],
];

test.each([
  ['yaml', [[['TEXT'], str('true')], [['PEM'], str(pem)], [['null'], { kind: 'null' }], ...kinds]],
  ['json', [[['TEXT'], str('5')], [['PEM'], str(pem)], [['null'], { kind: 'null' }], ...kinds]],
  [
    'env',
    [
      [['TEXT'], str(' 0777 ')],
      [['PEM'], str(pem)],
    ],
  ],
  [
    'ini',
    [
      [['DEFAULT', 'TEXT'], str('text')],
      [['section', 'OTHER'], str('5')],
    ],
  ],
] as const)(
  'a conflict in %s: what is advised, pasted line by line, keeps both sides',
  async (format, theirs) => {
    const path = `${root}/secrets/dev.enc.${format}`;
    await workspace.init({ directory: root, stages: 'dev', format });
    const ours = format === 'ini' ? ['DEFAULT', 'OURS'] : ['OURS'];
    const shared = format === 'ini' ? ['DEFAULT', 'SHARED'] : ['SHARED'];
    const gone = format === 'ini' ? ['DEFAULT', 'GONE'] : ['GONE'];
    await workspace.set(root, 'dev', 'SHARED', 'before');
    await workspace.set(root, 'dev', 'GONE', 'by theirs');
    await workspace.commit();
    const fix = await conflictOf(
      path,
      () =>
        change(
          path,
          [
            [ours, str('ours')],
            [shared, str('as ours has it\n')],
          ].slice(0, format === 'ini' ? 1 : 2) as never,
        ),
      async () => {
        await workspace.unset(root, 'dev', 'GONE');
        await change(path, theirs as never);
      },
    );
    expect(commandsOf(fix)).toHaveLength(2);
    for (const line of commandsOf(fix)) await paste(line);
    const keys = theirs.map(([key]) => key);
    expect(await valuesOf(path, [...keys, ours, gone])).toEqual([
      ...theirs.map(([, value]) => value),
      str('ours'),
      undefined,
    ]);
    await workspace.git('commit', '-qm', 'merge');
    expect(problems(await workspace.sync([root]))).toEqual([]);
  },
);

test('a key that both changed is named, and goes to the side that is preferred; nothing else does', async () => {
  const path = `${root}/secrets/dev.enc.yaml`;
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'before');
  await workspace.commit();
  const fix = await conflictOf(
    path,
    () =>
      change(path, [
        [['A'], str('s3cret of ours')],
        [['OURS'], str('o')],
      ]),
    () =>
      change(path, [
        [['A'], str('s3cret of theirs')],
        [['THEIRS'], str('t')],
      ]),
  );
  const conflicted = workspace.read(path);
  const refused = await paste(commandsOf(fix)[0]!).catch(
    (error: { problem: { what: string; fix: string } }) => error.problem,
  );
  expect(refused).toMatchObject({ what: expect.stringMatching(/both sides changed A in different ways/) });
  expect(JSON.stringify(refused)).not.toContain('s3cret');
  expect(workspace.read(path)).toBe(conflicted);
  const [preferOurs, preferTheirs] = commandsOf(refused!.fix);
  await paste(preferOurs!);
  expect(await valuesOf(path, [['A'], ['OURS'], ['THEIRS']])).toEqual([
    str('s3cret of ours'),
    str('o'),
    str('t'),
  ]);
  await paste(preferTheirs!);
  expect(await valuesOf(path, [['A'], ['OURS'], ['THEIRS']])).toEqual([
    str('s3cret of theirs'),
    str('o'),
    str('t'),
  ]);
});

test.each([['ours'], ['theirs']])('a file that %s removed', async (side) => {
  const path = `${root}/secrets/dev.enc.yaml`;
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.commit();
  const remove = async () => {
    await workspace.git('rm', '-q', path);
    await workspace.commit();
  };
  const set = () => change(path, [[['A'], str('a')]]);
  await workspace.git('checkout', '-q', '-b', 'theirs');
  await (side === 'theirs' ? remove : set)();
  await workspace.git('checkout', '-q', 'main');
  await (side === 'ours' ? remove : set)();
  await expect(workspace.git('merge', 'theirs')).rejects.toThrow('CONFLICT');
  const refused = await paste(`npx nx g nx-secrets:merge ${path}`).catch(
    (error: { problem: { fix: string } }) => error.problem,
  );
  const [keep, add] = commandsOf(refused!.fix);
  await paste(keep!);
  await paste(add!);
  expect(await valuesOf(path, [['A']])).toEqual([str('a')]);
});

test('a side of another service is refused: its values came from whoever has that key', async () => {
  const path = `${root}/secrets/dev.enc.yaml`;
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.init({ directory: 'services/payment', stages: 'dev' });
  await workspace.commit();
  await conflictOf(
    path,
    () => change(path, [[['A'], str('a')]]),
    async () => {
      await workspace.write({ [path]: workspace.read('services/payment/secrets/dev.enc.yaml') });
      await workspace.commit();
    },
  );
  const before = workspace.read(path);
  await expect(paste(`npx nx g nx-secrets:merge ${path}`)).rejects.toThrow('alias/payment-dev');
  expect(workspace.read(path)).toBe(before);
});

test('markers that were committed, and a file that is not a secret file', async () => {
  const path = `${root}/secrets/dev.enc.yaml`;
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.commit();
  const good = workspace.read(path);
  await workspace.write({ [path]: `<<<<<<< HEAD\n${good}=======\n${good}>>>>>>> theirs\n` });
  await workspace.commit();
  const [problem] = problems(await workspace.sync([root]));
  const refused = await paste(commandsOf(problem!.fix)[0]!).catch(
    (error: { problem: { fix: string } }) => error.problem,
  );
  for (const line of commandsOf(refused!.fix)) await paste(line, { places: { commit: 'HEAD~1' } });
  expect(workspace.read(path)).toBe(good);
  for (const file of ['package.json', '../secrets/dev.enc.yaml', `${root}/dev.enc.yaml`])
    await expect(paste(`npx nx g nx-secrets:merge ${file}`)).rejects.toThrow(
      'the file name is not that of a secret file',
    );
});

test('a file that is not there, in a folder that is not there either', async () => {
  await expect(paste('npx nx g nx-secrets:merge nowhere/secrets/dev.enc.yaml')).rejects.toMatchObject({
    problem: {
      what: 'the file does not exist, and Git has no unresolved merge of it',
      where: 'nowhere/secrets/dev.enc.yaml',
      fix: expect.stringMatching(/\ngit diff --name-only --diff-filter=U$/),
    },
  });
});
