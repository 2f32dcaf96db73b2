import { createHash, randomBytes } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../programs/run-program.mjs';
import { holdsAny, searchFolder } from './canary.mjs';

const services = ['services/user-service', 'services/payment-service'];
const stages = ['dev', 'prod'];

/** A password that nobody else can have written anywhere: found somewhere, it came from here. */
const freshUrl = () => `postgres://app:${randomBytes(18).toString('base64url')}@db.acme.test/users`;

/** Registers the plugin for two stages, then gives each service its files and keys. */
export async function setUpServices({ show, aws, workspace }) {
  show.heading('Set up, once: the plugin, then each service');
  await show.command('npx', ['nx', 'g', 'nx-secrets:init', '--stages=dev,prod', '--short-name']);
  const nxJson = await readFile(join(workspace, 'nx.json'), 'utf8');
  show.check('nx.json names the plugin', nxJson.includes('"plugin": "nx-secrets"'));
  await aws.takeCalls();
  for (const service of services) {
    await show.command('npx', ['nx', 'g', 'secrets:init'], { folder: service });
    const files = ['.sops.yaml', ...stages.map((stage) => `secrets/${stage}.enc.yaml`)];
    const missing = await missingFiles(join(workspace, service), files);
    show.check(`${service} has ${files.join(', ')}`, missing.length === 0, `no ${missing.join(', ')}`);
  }
  const { 'kms:CreateKey': keys, 'kms:EnableKeyRotation': rotated } = await aws.takeCalls();
  show.check(
    'a KMS key of its own for each service and stage, rotated yearly',
    keys === 4 && rotated === 4,
    keys,
  );
  await commit(show, 'Secrets of two services');
}

/** Sets a value in each service and gives the values. */
export async function setValues({ show, workspace }) {
  show.heading('Values: from standard input, encrypted at once');
  const values = [freshUrl(), freshUrl()];
  for (const [index, service] of services.entries()) {
    await setDatabaseUrl(show, service, values[index]);
    const text = await readFile(join(workspace, service, 'secrets/dev.enc.yaml'), 'utf8');
    const encrypted = /^DATABASE_URL: ENC\[AES256_GCM,/m.test(text) && !holdsAny(Buffer.from(text), values);
    show.check('the file has the key in plaintext and the value encrypted', encrypted);
  }
  await commit(show, 'Database of dev');
  return values;
}

/** Pushes what the commits so far made: everything. */
export async function pushAll({ show, aws }) {
  show.heading('The first push: nothing is in AWS yet');
  await aws.takeCalls();
  await show.command('npx', ['nx', 'affected', '-t', 'sync-secrets', '--base=HEAD~2']);
  showCalls(show, await aws.takeCalls(), { 'secretsmanager:CreateSecret': 4 }, 'four secrets created');
}

/** Changes one value of one service and commits it; gives the new value. */
export async function changeOne({ show }) {
  show.heading('One value changes, in one of the two services');
  const value = freshUrl();
  await setDatabaseUrl(show, services[0], value);
  const diff = await show.command('git', ['diff', '--numstat']);
  show.check(
    'the diff is the value, the MAC and the date, nothing else',
    /^3\t3\t\S+$/.test(diff.trim()),
    diff,
  );
  await commit(show, 'user-service: new database');
  return value;
}

/** Pushes what the last commit changed, and then once more. */
export async function pushChanged({ show, aws }) {
  show.heading('In CI: only the service that changed is pushed');
  await aws.takeCalls();
  await show.command('npx', ['nx', 'affected', '-t', 'sync-secrets', '--base=HEAD~1']);
  const update = { 'secretsmanager:PutSecretValue': 1, 'secretsmanager:UpdateSecretVersionStage': 1 };
  const calls = await aws.takeCalls();
  showCalls(show, calls, update, 'one secret written');
  const described = calls['secretsmanager:DescribeSecret'];
  show.check('the other service was not even looked at', described === stages.length, described);

  await show.command('npx', ['nx', 'run-many', '-t', 'sync-secrets']);
  showCalls(show, await aws.takeCalls(), {}, 'pushing again writes nothing');
}

/** The service reads its secret through Powertools. */
export async function readBack({ show }, expected) {
  show.heading('In the Lambda: Powertools reads it back');
  const printed = await show.command('node', ['read-secret.mjs'], { folder: services[0] });
  const fingerprint = createHash('sha256').update(expected).digest('hex');
  show.check('it is the value that was set last', printed.includes(fingerprint));
}

/** Looks for the values wherever the commands could have left them. */
export async function findNoCanary({ show, aws, workspace, folder, dataFile }, values) {
  show.heading('Afterwards: the values are nowhere in plaintext');
  const { stdout, exitCode } = await runProgram('git', ['cat-file', '--batch-all-objects', '--batch'], {
    cwd: workspace,
  });
  const count = stdout.match(/^[0-9a-f]{40} (blob|tree|commit) \d+$/gm)?.length ?? 0;
  const clean = exitCode === 0 && count > 0 && !holdsAny(Buffer.from(stdout), values);
  show.check(`not in Git (${count} objects)`, clean);
  show.check('not in what the commands printed', !holdsAny(Buffer.from(show.printed()), values));
  // The data file is written by now: stopping saves it.
  await aws.stop();
  const { found, searched } = await searchFolder(folder, values);
  const where = "the workspace, Nx's cache, the temporary folder and the data file of local-aws";
  show.check(`not in ${where} (${searched} files)`, found.length === 0, found.join(', '));
  const missing = await missingFiles('', [dataFile]);
  show.check('the data file of local-aws was among them', missing.length === 0);
}

const setDatabaseUrl = (show, service, value) =>
  show.command('npx', ['nx', 'g', 'secrets:set', '--stage=dev', 'DATABASE_URL'], {
    folder: service,
    input: value,
    note: 'pass show acme/db | ',
  });

async function commit(show, message) {
  await show.command('git', ['add', '.']);
  await show.command('git', ['commit', '--quiet', '-m', message]);
}

/** Checks that of all operations that write, exactly those in `expected` were called, as often as it says. */
function showCalls(show, calls, expected, what) {
  const writes = Object.entries(calls).filter(([operation]) =>
    /:(Create|Put|Update|Tag|Delete)/.test(operation),
  );
  const same = JSON.stringify(writes.sort()) === JSON.stringify(Object.entries(expected).sort());
  const listed = Object.entries(calls).map(([operation, count]) => `${operation} ${count}`);
  console.log(`  calls that local-aws counted: ${listed.join(', ') || 'none'}`);
  show.check(what, same);
}

async function missingFiles(folder, paths) {
  const found = await Promise.all(
    paths.map((path) =>
      access(join(folder, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => !found[index]);
}
