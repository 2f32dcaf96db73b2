/**
 * What is asked at a terminal: answers, defaults, wrong answers, Ctrl-C; and where nobody can be asked, nothing is. What Nx
 * Console shows in an editor instead.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment, region } from '../../tools/aws/environment.mjs';
import { answerInTerminal, canPlayTerminal } from '../../tools/terminal/play-terminal.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { workspaceEnvironment } from '../../tools/workspaces/environment.mjs';
import { askNxConsole } from '../ask-nx-console.mjs';
import { nxVersion } from '../nx-versions.mjs';

const folder = 'services/users';
const canary = 'kanarienvogel';
const [enter, down, left, interrupt, clear] = ['\r', '\x1b[B', '\x1b[D', '\x03', '\x15'];
/** What is shown instead of the answer that is prefilled. */
const typed = (text) => clear + text + enter;

describe('questions at a terminal', { skip: !canPlayTerminal }, () => {
  let aws, workspace, env;

  before(async () => {
    aws = await startLocalAws();
    workspace = await createWorkspace({
      nx: nxVersion,
      generated: false,
      files: { [`${folder}/project.json`]: { name: 'users' } },
    });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
  });
  after(async () => {
    await Promise.all([aws?.stop(), workspace?.remove()]);
  });

  const read = (path) => readFile(join(workspace.path, path), 'utf8');
  const stages = async () => JSON.parse(await read('nx.json')).plugins?.[0]?.options?.stages;
  const shown = [];
  /** Runs a generator in a terminal, and answers: each question must come, and the terminal must be as it was. */
  const ask = async (args, answers, { within = folder, columns = 80, variables = {} } = {}) => {
    const played = await answerInTerminal(
      {
        argv: [join(workspace.path, 'node_modules/.bin/nx'), 'g', ...args],
        answers,
        columns,
        env: variables,
      },
      {
        cwd: join(workspace.path, within),
        env: { ...workspaceEnvironment(workspace.temporary), ...env, CI: undefined },
      },
    );
    shown.push(played.shown);
    assert.deepEqual([played.unasked, played.restored, played.waiting], [[], true, 0], played.shown);
    return played;
  };
  const answered = async (...play) => {
    const played = await ask(...play);
    assert.equal(played.exitCode, 0, played.shown);
    return played.shown;
  };
  const refused = async (...play) => {
    const played = await ask(...play);
    assert.equal(played.exitCode, 1, played.shown);
    return played.shown;
  };
  const withoutTerminal = (args, options) =>
    workspace.nx(['g', ...args], { env: { ...env, NO_COLOR: undefined }, folder, ...options });

  afterEach(() => {
    for (const text of shown) assert.ok(!text.includes(canary), 'a value is on the screen');
  });

  const init = ['nx-secrets:init'];
  const generators = async () =>
    Object.entries(JSON.parse(await read('node_modules/nx-secrets/generators.json')).generators);

  /** With and without the short name: Nx Console names generators after the package that they are in. */
  const listedInNxConsole = async () => {
    const all = await generators();
    const calls = all.map(([name]) => ['nx_generator_schema', { generatorName: `nx-secrets:${name}` }]);
    const environment = { ...workspaceEnvironment(workspace.temporary), ...env };
    const [list, ...forms] = await askNxConsole(
      workspace.path,
      [['nx_generators', {}], ...calls],
      environment,
    );
    for (const [index, [name, { description, schema }]] of all.entries()) {
      assert.ok(list.includes(`<nx-secrets:${name}:[${description}]>`), list);
      const form = forms[index];
      const { properties } = JSON.parse(await read(`node_modules/nx-secrets/${schema}`));
      const [text] = /\{"title".*\}(?=\.\n)/.exec(form) ?? assert.fail(form);
      assert.deepEqual(JSON.parse(text).properties, properties);
    }
  };

  test('init at the root, in CI and without a terminal: nothing is asked, and the options are named', async () => {
    const inCi = await answered(init, [], { within: '', variables: { CI: 'true' } });
    const { all } = await withoutTerminal(init, { folder: '' });
    for (const text of [inCi, all]) {
      assert.match(text, /nx\.json has no stages yet[^]*nx g nx-secrets:init --stages=dev,prod/);
      assert.doesNotMatch(text, /◆|Stages, separated/);
    }
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(all, /\x1b/);
    assert.equal(await stages(), undefined);
  });

  test('Nx Console lists each generator, with its form', listedInNxConsole);

  test('Ctrl-C at any question: nothing is changed', async () => {
    const before = await read('nx.json');
    const text = await refused(
      init,
      [
        ['Stages', enter],
        ['AWS region', interrupt],
      ],
      { within: '' },
    );
    assert.match(text, /init was cancelled; nothing was changed/);
    assert.equal(await read('nx.json'), before);
  });

  test('wrong answers are asked again, on a narrow terminal, too; No by an arrow key', async () => {
    const answers = [
      ['Stages', typed('')],
      ['needs a stage', typed('Dev !')],
      ['cannot be a', typed('dev,prod')],
      ['AWS region', typed('europe')],
      ['not an AWS', typed(region)],
      ['tools/secrets', left + enter],
    ];
    await answered(init, answers, { within: '', columns: 40 });
    assert.deepEqual(await stages(), { dev: { region }, prod: { region } });
    assert.ok(!existsSync(join(workspace.path, 'tools/secrets')));
  });

  test('where nx.json has stages, only the short name is asked; Enter is yes', async () => {
    const text = await answered(init, [['tools/secrets', enter]], { within: '' });
    assert.doesNotMatch(text, /Stages|AWS region/);
    assert.ok(existsSync(join(workspace.path, 'tools/secrets/generators.json')));
    await workspace.commit('Set up');
  });

  test('… and with the short name, too', listedInNxConsole);

  test('set asks for key, stage and value, and never shows the value', async () => {
    await answered(['secrets:init'], []);
    const text = await answered(
      ['secrets:set'],
      [
        ['Which key', `TOKEN${enter}`],
        ['Which stage', down + enter],
        ['hidden', `${canary}${enter}`],
      ],
    );
    assert.match(text, /set TOKEN in services\/users\/secrets\/prod\.enc\.yaml/);
    assert.match(
      await refused(['secrets:set', 'A', '--stage=dev'], [['hidden', `${canary}${interrupt}`]]),
      /no value/,
    );
    await workspace.commit('A value');
  });

  test('stage add asks what it was not given, and no note asks for it once more', async () => {
    const answers = [
      ['What should', enter],
      ['Which stage', `qa${enter}`],
      ['AWS region', enter],
    ];
    const text = await answered(['secrets:stage'], answers);
    assert.match(text, /added +users +qa/);
    assert.doesNotMatch(text, /none for qa/);
    await workspace.commit('A stage');
  });

  test('values are copied once the name of the stage was typed, or with --yes', async () => {
    const copy = ['secrets:stage', 'add', 'uat', '--from=prod', '--copy-values', `--region=${region}`];
    assert.match(await refused(copy, [['Type uat', `yes${enter}`]]), /was not confirmed[^]*--yes/);
    const { exitCode, all } = await withoutTerminal(copy);
    assert.equal(exitCode, 1);
    assert.match(all, /was not confirmed[^]*--yes/);
    assert.equal(await workspace.changes(), '');
    await answered([...copy, '--yes'], []);
    assert.match(await read(`${folder}/secrets/uat.enc.yaml`), /^TOKEN: ENC/m);
  });

  test('import asks before it removes a file; --yes keeps it', async () => {
    const file = join(workspace.path, folder, '.env');
    const values = ['secrets:import', '.env', '--stage=dev'];
    await writeFile(file, `KEY=${canary}\n`);
    await answered([...values, '--yes'], []);
    assert.ok(existsSync(file));
    await answered(values, [['Remove .env', left + enter]]);
    assert.ok(!existsSync(file));
    await workspace.commit('Imported');
  });

  test('import of several secrets shows what goes where, and asks', async () => {
    const client = new SecretsManagerClient({
      endpoint: aws.endpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    for (const stage of ['dev', 'prod'])
      await client.send(
        new CreateSecretCommand({ Name: `/old/users/${stage}`, SecretString: `{"OLD":"${canary}"}` }),
      );
    client.destroy();
    const values = ['secrets:import', '--from=aws', '--pattern=/old/{service}/{stage}'];
    const text = await refused(values, [['Import them into 2', left + enter]], { within: '' });
    assert.match(text, /the import was cancelled; nothing was changed[^]*--yes/);
    assert.equal(await workspace.changes(), '');
    await answered([...values, '--yes'], [], { within: '' });
    assert.match(await read(`${folder}/secrets/prod.enc.yaml`), /^OLD: ENC/m);
  });
});
