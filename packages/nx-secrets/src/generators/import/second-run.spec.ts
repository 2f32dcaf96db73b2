import { join } from 'node:path';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const path = (name: string) => join(workspace.directory(), name);
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Sources of each kind with the keys A and B, and what the service gets. */
const sources: readonly (readonly [name: string, text: string, options: ImportOptions, value: object])[] = [
  ['.env', '# c\nexport A="one"\nB=two # d\n', {}, { A: 'one', B: 'two' }],
  ['a.yaml', '# c\nA: one\nB: 010 # d\n', {}, { A: 'one', B: '010' }],
  ['b.ini', 'A = one\n[B]\nx = two\n', { format: 'ini' }, { DEFAULT: { A: 'one' }, B: { x: 'two' } }],
  ['a.properties', '! c\nA=one\nB = t\\u00e9\n', {}, { A: 'one', B: 'té' }],
  [
    'secret.yaml',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {A: ${base64('one')}}\nstringData: {B: two}\n`,
    {},
    { A: 'one', B: 'two' },
  ],
  ['exported', 'A: one\nB: 1.10\n', { from: 'infisical' }, { A: 'one', B: '1.10' }],
];

test.each(sources)(
  'a second run of %s changes nothing, and what somebody set stays',
  async (name, text, options, value) => {
    const root = 'services/users';
    const file = `${root}/secrets/dev.enc.${options.format ?? 'yaml'}`;
    await workspace.write({ [name]: text });
    const run = () =>
      workspace.generate((tree) =>
        importValues(tree, { directory: root, stage: 'dev', file: path(name), ...options }),
      );
    const deployed = async (): Promise<unknown> => {
      await workspace.commit();
      await workspace.sync([root]);
      return JSON.parse((await workspace.valueOf('/services/users/dev')) ?? '');
    };
    await run();
    expect(await deployed()).toEqual(value);
    const first = workspace.read(file);
    await run();
    expect(workspace.read(file)).toBe(first);
    await workspace.set(root, 'dev', 'A', 'mine');
    await workspace.set(root, 'dev', 'C', 'new');
    const edited = workspace.read(file);
    await run();
    expect(workspace.read(file)).toBe(edited);
    const own = { A: 'mine', C: 'new' };
    expect(await deployed()).toEqual('DEFAULT' in value ? { ...value, DEFAULT: own } : { ...value, ...own });
  },
);
