import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import * as codec from '../src';

const page = readFileSync(join(__dirname, '../../../docs/sops-codec-api.md'), 'utf8');
const examples = [...page.matchAll(/^## ([^\n]+)\n|^```ts\n([^]*?)^```/gm)].reduce<[string, string][]>(
  (all, [, heading, code]) => {
    if (code !== undefined) all.push([all.at(-1)?.[0] ?? '', code]);
    if (heading !== undefined) all.push([heading, '']);
    return all;
  },
  [],
);
const runnable = examples.filter(([, code]) => code !== '');

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...parts: string[]
) => (require: unknown, exports: unknown, console: unknown) => Promise<void>;

/** Runs an example, and gives what it prints. */
async function run(code: string): Promise<readonly unknown[]> {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const { outputText } = transpileModule(code, { compilerOptions });
  const printed: unknown[] = [];
  const load = (name: string): unknown => (name === 'sops-codec' ? codec : jest.requireActual(name));
  await new AsyncFunction('require', 'exports', 'console', outputText)(
    load,
    {},
    { log: (...all: unknown[]) => printed.push(...all) },
  );
  return printed;
}

const before = { cwd: process.cwd(), env: { ...process.env } };
let directory: string;

beforeAll(async () => {
  const identity = await generateX25519Identity();
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-docs-'));
  writeFileSync(
    join(directory, '.sops.yaml'),
    `creation_rules:\n  - age: ${await identityToRecipient(identity)}\n`,
  );
  process.env['SOPS_AGE_KEY'] = identity;
  process.chdir(directory);
});
afterAll(() => {
  process.chdir(before.cwd);
  process.env = before.env;
  rmSync(directory, { recursive: true });
});

test('the examples of the API reference run, in their order', async () => {
  const printed: Record<string, readonly unknown[]> = {};
  for (const [heading, code] of runnable)
    printed[heading] = [...(printed[heading] ?? []), ...(await run(code))];
  expect(printed).toEqual({
    'An identity': [expect.stringMatching(/^age1/)],
    Values: [{ kind: 'int', value: 5432n }, 'port: 5432 # of the database\nreplicas:\n    read: db2\n'],
    'One-line forms': ['hunter2', { PORT: 5432, PASSWORD: 'hunter2' }, ['PORT', 'PASSWORD']],
    'Encrypting a new file': [],
    'Decrypting a file': ['str'],
    'Changing a file': [true],
    'Without keys': [[], [expect.stringMatching(/^age1/)]],
    Errors: ['notEncrypted', 1, expect.any(String)],
  });
});

test('the reference names everything that is exported', () => {
  expect(Object.keys(codec).filter((name) => !page.includes(name))).toEqual([]);
});
