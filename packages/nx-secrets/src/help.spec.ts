import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from 'nx/src/utils/logger';
import { printHelp } from 'nx/src/utils/print-help';
import type { Schema } from 'nx/src/utils/params';
import { serviceTargets, workspaceTargets } from './plugin/targets';

type Entries = Readonly<Record<string, { readonly schema: string; readonly description: string }>>;

const folder = join(__dirname, '..');
const read = <T>(path: string): T => JSON.parse(readFileSync(join(folder, path), 'utf8')) as T;
const verbs = (['generators', 'executors'] as const).flatMap((kind) =>
  Object.entries(read<Readonly<Record<typeof kind, Entries>>>(`${kind}.json`)[kind]).map(
    ([name, { schema, description }]) => [kind, name, read<Schema>(schema), description] as const,
  ),
);

/** What Nx prints, without colours. */
function helpOf(kind: 'generators' | 'executors', name: string, schema: Schema): string {
  const printed: string[] = [];
  jest.spyOn(logger, 'info').mockImplementation((text: string) => void printed.push(text));
  printHelp(
    name,
    { ...schema, properties: schema.properties },
    kind === 'generators'
      ? { mode: 'generate', plugin: 'nx-secrets', entity: name, aliases: [] }
      : { mode: 'run', plugin: 'nx-secrets', entity: name },
  );
  jest.restoreAllMocks();
  // eslint-disable-next-line no-control-regex
  return printed.join('\n').replaceAll(/\u001b\[[\d;]*m/g, '');
}

test.each(verbs)('%s %s: Nx shows what each option is, and examples', (kind, name, schema) => {
  const help = helpOf(kind, name, schema);
  expect(help).not.toMatch(/undefined|\[object|\[\]/);
  expect(help).toContain('Examples:');
  // What it is for comes first: Nx shows no title.
  const { title = '', description: long = '' } = schema as Schema & { title?: string; description?: string };
  expect(long).toMatch(/^[A-Z]/);
  expect(help.replaceAll(/\s+/g, ' ')).toContain(`${title}. `);
  for (const [option, { description = '' }] of Object.entries(schema.properties)) {
    expect(help).toContain(`--${option}`);
    expect(description).toMatch(/^[A-Z].*\.$/s);
  }
});

test.each(verbs)('%s %s: examples name options that there are', (_, name, schema) => {
  const { examples = [], properties } = schema as Schema & { examples?: readonly { command: string }[] };
  const own = examples.filter(({ command }) =>
    new RegExp(`[: ]${name.replace('-secrets', '')}\\b`).test(command),
  );
  expect(own).toHaveLength(examples.length);
  // As it is, in every workspace: with the name that all have, and Nx as it is installed there.
  for (const { command } of examples) expect(command).toMatch(/(^|\| )npx nx (?!g (?!nx-secrets:))/);
  const ofNx = ['base', 'quiet', 'dry-run', 'projects'];
  for (const { command } of own)
    for (const [, option = ''] of command.matchAll(/ --(?:no-)?([a-z-]+)/g)) {
      const known = Object.keys(properties).map((one) =>
        one.replaceAll(/[A-Z]/g, (l) => `-${l.toLowerCase()}`),
      );
      expect([...known, ...ofNx]).toContain(option);
    }
});

test.each(verbs.filter(([kind]) => kind === 'generators'))(
  '%s %s: its project is chosen from a list, and folders are left to Nx',
  (_, __, { properties }) => {
    if (properties['project']) expect(properties['project']).toMatchObject({ 'x-dropdown': 'projects' });
    if (properties['directory']) expect(properties['directory']).toMatchObject({ 'x-priority': 'internal' });
  },
);

test.each(['services/user-service', '.', "apps/it's"])('each target of %s shows its own help', (root) => {
  const targets = { ...serviceTargets('nx-secrets', root, ['dev']), ...workspaceTargets('nx-secrets') };
  for (const [name, { metadata }] of Object.entries(targets))
    expect(metadata?.help?.command).toMatch(new RegExp(`${name}['"]? --help$`));
});
