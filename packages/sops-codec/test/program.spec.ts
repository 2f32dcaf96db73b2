import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command line as it is published: bundled, with the libraries that users install for themselves next to it. */

const root = join(__dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const identity = 'AGE-SECRET-KEY-1XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4QX3S7F6';
const vectors = join(__dirname, 'vectors/sops-3.13.3');

let home: string;
let installed: string;
let bin: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'program-'));
  installed = join(home, 'node_modules/sops-codec');
  bin = join(installed, 'bin/sops-codec.js');
  mkdirSync(installed, { recursive: true });
  for (const part of ['bin', 'dist/program', 'package.json'])
    cpSync(join(root, part), join(installed, part), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, args as string[], {
    cwd: home,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, ...env },
  });

test('it runs without any package next to it, and tells its version', () => {
  expect(run([bin, '--version']).stdout).toMatch(new RegExp(`^sops-codec ${manifest.version} `));
});

test('it reads and writes age files without any package next to it', () => {
  const keys = readFileSync(join(vectors, 'keys/age-a.txt'), 'utf8');
  const env = { SOPS_AGE_KEY: /AGE-SECRET-KEY-\S+/.exec(keys)?.[0] };
  const recipient = /age1\w+/.exec(keys)?.[0] ?? '';
  writeFileSync(join(home, 'a.yaml'), 'a: 1\n');
  expect(run([bin, 'encrypt', '-i', '--age', recipient, 'a.yaml'], env).status).toBe(0);
  expect(readFileSync(join(home, 'a.yaml'), 'utf8')).toContain('ENC[AES256_GCM');
  expect(run([bin, 'decrypt', 'a.yaml'], env).stdout).toBe('a: 1\n');
  expect(run([bin, 'decrypt', 'a.yaml'], { SOPS_AGE_KEY: identity }).stderr).toContain('age');
});

test('a creation rule and its regular expression, and an editor: the libraries that are apart', () => {
  const keys = readFileSync(join(vectors, 'keys/age-a.txt'), 'utf8');
  const recipient = /age1\w+/.exec(keys)?.[0] ?? '';
  const env = { SOPS_AGE_KEY: /AGE-SECRET-KEY-\S+/.exec(keys)?.[0], EDITOR: 'sed -i s/1/2/' };
  writeFileSync(
    join(home, '.sops.yaml'),
    `creation_rules: [{ path_regex: b\\.yaml$, age: ${recipient}, encrypted_regex: ^a$ }]\n`,
  );
  writeFileSync(join(home, 'b.yaml'), 'a: 1\nb: x\n');
  const results = [
    ['encrypt', '-i', 'b.yaml'],
    ['edit', 'b.yaml'],
    ['decrypt', 'b.yaml'],
  ].map((args) => run([bin, ...args], env));
  expect(results.map(({ status, stderr }) => [status, stderr])).toEqual(results.map(() => [0, '']));
  expect(results.at(-1)?.stdout).toBe('a: 2\nb: x\n');
});

test('libraries that users install are not in it, and are found next to it', () => {
  const text = readFileSync(join(installed, 'dist/program/main.js'), 'utf8');
  const optional = Object.keys(manifest.peerDependencies);
  expect(optional.filter((name) => !text.includes(`require("${name}")`))).toEqual([]);
  const file = join(vectors, 'enc/yaml-basic.yaml');
  const gcp = readFileSync(file, 'utf8').replace(
    /^ {4}age:\n(?: {8}.*\n)*?(?= {4}\w)/m,
    '    gcp_kms:\n        - resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: AAAA\n',
  );
  writeFileSync(join(home, 'gcp.yaml'), gcp);
  expect(run([bin, 'decrypt', 'gcp.yaml']).stderr).toContain('npm i -D');
  const sdk = join(home, 'node_modules/@google-cloud/kms');
  mkdirSync(sdk, { recursive: true });
  writeFileSync(join(sdk, 'index.js'), 'process.stderr.write("found next to it\\n"); process.exit(77);');
  expect(run([bin, 'decrypt', 'gcp.yaml'])).toMatchObject({ status: 77, stderr: 'found next to it\n' });
});

test('AWS KMS is called with credentials of a profile, whose source is loaded when it is needed', () => {
  writeFileSync(join(home, 'credentials'), '[p]\naws_access_key_id = a\naws_secret_access_key = b\n');
  writeFileSync(join(home, 'config'), '[profile p]\nregion = eu-west-1\n');
  const file = readFileSync(join(vectors, 'enc/kms-two-yaml.yaml'), 'utf8');
  writeFileSync(join(home, 'kms.yaml'), file);
  writeFileSync(join(home, 'profile.yaml'), file.replaceAll(/aws_profile: .*/g, 'aws_profile: p'));
  const env = {
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_MAX_ATTEMPTS: '1',
  };
  for (const [name, profile] of [
    ['kms.yaml', 'p'],
    ['profile.yaml', ''],
  ] as const) {
    const { stderr } = run([bin, 'decrypt', name], { ...env, AWS_PROFILE: profile });
    expect(stderr).toContain('ECONNREFUSED');
  }
});

test('the licence of everything in it is shipped', () => {
  const licences = readFileSync(join(installed, 'dist/program/LICENSES.txt'), 'utf8');
  const bundled = Object.keys(manifest.dependencies).filter((name) => licences.includes(`${name} `));
  expect(bundled).toEqual(expect.arrayContaining(['age-encryption', 'execa', 're2js', 'yaml']));
  const maps = ['main', 'age-encryption', 'aws-sdk-client-kms', 'rarely-used', 'execa', 'yaml'];
  const packages = new Set(
    maps.flatMap((name) => {
      const map = JSON.parse(readFileSync(join(installed, `dist/program/${name}.js.map`), 'utf8')) as {
        readonly sources: readonly string[];
      };
      return map.sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
    }),
  );
  expect(packages.size).toBeGreaterThan(20);
  expect([...packages].filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
});

test('a stack trace names functions, and source maps lead to the sources', () => {
  const script = join(home, 'crash.cjs');
  const target = join(installed, 'dist/program/main.js');
  // What a crash would show: the stack where the input is read.
  writeFileSync(
    script,
    `const fs = require('node:fs');
     const read = fs.readFileSync;
     fs.readFileSync = (path, ...rest) => {
       if (!String(path).endsWith('a.yaml')) return read(path, ...rest);
       console.error(new Error('here').stack);
       process.exit(3);
     };
     process.argv = [process.argv[0], 'sops-codec', 'decrypt', 'a.yaml'];
     require(${JSON.stringify(target)});`,
  );
  const plain = run([script]);
  expect(plain.stderr).toMatch(/at (async )?readInput /);
  const mapped = run(['--enable-source-maps', script]);
  expect(mapped.stderr).toMatch(/src\/command-line\/input\.ts:\d+/);
});

test('an age file is decrypted without loading what it does not need', () => {
  const keys = readFileSync(join(vectors, 'keys/age-a.txt'), 'utf8');
  const script = join(home, 'loaded.cjs');
  writeFileSync(
    script,
    `const Module = require("node:module");
     const load = Module._load;
     const loaded = new Set();
     Module._load = (...args) => (loaded.add(args[0].replace('node:', '').split(/[\\\\/]/).at(-1)), load(...args));
     process.on('exit', () => console.error([...loaded].sort().join()));`,
  );
  const age = join(vectors, 'enc/yaml-basic.yaml');
  const { stderr } = run(['-r', script, bin, 'decrypt', age], {
    SOPS_AGE_KEY: /AGE-SECRET-KEY-\S+/.exec(keys)?.[0],
  });
  expect(stderr.trim().split(',')).toEqual([
    'crypto',
    'fs',
    'main.js',
    'module',
    'os',
    'path',
    'promises',
    'scure-base.js',
    'sops-codec.js',
    'start.js',
  ]);
});

test.each([
  ['main', 320],
  ['aws-sdk-client-kms', 280],
])('%s is smaller than %d kB: only what is used of a library is in it', (name, most) => {
  expect(readFileSync(join(installed, `dist/program/${name}.js`)).length / 1024).toBeLessThan(most);
});

test('what is compiled is kept in a private folder, where this Node can', () => {
  const canKeep = 'enableCompileCache' in (process.getBuiltinModule?.('module') ?? {});
  run([bin, '--version']);
  const isKept = existsSync(join(home, '.cache/sops-codec'));
  expect(isKept).toBe(canKeep && process.geteuid !== undefined);
});

test('it runs by a link, as npm makes one', () => {
  mkdirSync(join(home, 'node_modules/.bin'), { recursive: true });
  symlinkSync(bin, join(home, 'node_modules/.bin/sops-codec'));
  expect(
    execFileSync(process.execPath, [join(home, 'node_modules/.bin/sops-codec'), '--version'], {
      encoding: 'utf8',
    }),
  ).toContain(manifest.version);
});
