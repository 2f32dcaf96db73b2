import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../packages.mjs';
import { privateFolder } from '../private-folder.mjs';
import { needProgram } from '../programs/run-program.mjs';
import { verdaccio } from './programs.mjs';

/**
 * A registry of npm packages on loopback: what is published into it is served from it alone, everything else comes from the
 * registry that npm is configured with on this machine.
 *
 * @param {readonly string[]} own names that are never asked for elsewhere, whether they are published yet or not
 * @returns {Promise<{url: string, publish: (tarball: string, tag?: string) => Promise<void>, stop: () => Promise<void>}>}
 */
export async function startRegistry(own) {
  if (!(await verdaccio.find())) await verdaccio.install();
  const folder = await privateFolder('nx-secrets-registry');
  const [uplink, certificates] = await Promise.all(['registry', 'cafile'].map(npmSetting));
  const configuration = JSON.stringify(configurationOf(own, folder.path, uplink));
  const child = fork(join(repository, 'tools/registry/serve.mjs'), [await verdaccio.find(), configuration], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...(certificates ? { NODE_EXTRA_CA_CERTS: certificates } : {}) },
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
    await folder.remove();
  };
  const started = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (started === undefined) {
    await folder.remove();
    throw new Error('Verdaccio ended before it listened; see its lines above');
  }
  const url = `http://127.0.0.1:${started[0]}/`;
  return { url, publish: (tarball, tag) => publish(url, tarball, tag), stop };
}

async function publish(url, tarball, tag = 'latest') {
  const token = `--${url.replace(/^http:/, '')}:_authToken=anybody`;
  const args = [
    'publish',
    tarball,
    '--registry',
    url,
    token,
    '--tag',
    tag,
    '--provenance=false',
    '--ignore-scripts',
  ];
  await needProgram('npm', args, { cwd: repository });
}

function configurationOf(own, folder, url) {
  const anybody = { access: '$all', publish: '$all', unpublish: '$all' };
  return {
    storage: join(folder, 'storage'),
    self_path: folder,
    uplinks: { npm: { url, maxage: '60m', timeout: '60s', max_fails: 20, fail_timeout: '5s' } },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, anybody])),
      '**': { access: '$all', proxy: 'npm' },
    },
    max_body_size: '50mb',
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'error' },
  };
}

/** A setting of npm on this machine; undefined where it has none. */
async function npmSetting(name) {
  const { stdout } = await needProgram('npm', ['config', 'get', name], { cwd: '/' });
  return ['', 'null', 'undefined'].includes(stdout.trim()) ? undefined : stdout.trim();
}
