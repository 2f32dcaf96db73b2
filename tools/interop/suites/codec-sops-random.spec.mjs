/**
 * Files with random content, in any style of each format and under any rule: both programs find the same in what the
 * other one wrote, and refuse the same. `INTEROP_RUNS` is the number of files for each property and format, other
 * ones each time; without it they are few, and the same each time.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createKeyring } from 'sops-codec';
import { privateFolder } from '../../private-folder.mjs';
import { keyBackends } from '../key-backends.mjs';
import { changeOne, codecToSops, sopsToCodec } from '../random/exchange.mjs';
import { randomTexts } from '../random/formats.mjs';
import { settings } from '../random/settings.mjs';
import { sopsIn } from '../sops-folder.mjs';

const { INTEROP_RUNS } = process.env;
const runs = INTEROP_RUNS ? { numRuns: Number(INTEROP_RUNS) } : { numRuns: 20, seed: 20_261_126 };
const suffixes = { yaml: 'yaml', json: 'json', dotenv: 'env', ini: 'ini', binary: 'bin' };

describe('random files, with age', () => {
  let folder, programs;

  before(async () => {
    folder = await privateFolder('interop-random');
    const held = await keyBackends.find(({ name }) => name === 'age').start(folder.path);
    process.env.SOPS_AGE_KEY = held.env.SOPS_AGE_KEY;
    const sops = await sopsIn(folder.path, held.env);
    programs = {
      keyring: createKeyring(),
      groups: [[held.recipient]],
      async encrypt(format, text, config) {
        const name = `plain.${suffixes[format]}`;
        await sops.rule(held.keyGroup, config);
        await sops.write(name, text);
        const { exitCode, stderr } = await sops.run('encrypt', '--in-place', name);
        if (exitCode === 0) return sops.read(name);
        return exitCode === 4 || /^(?:panic:|fatal error:)/m.test(stderr) ? 'broken' : undefined;
      },
      async decrypt(format, bytes) {
        if (bytes === undefined || bytes === 'broken') return undefined;
        const name = `encrypted.${suffixes[format]}`;
        await sops.write(name, bytes);
        return sops.decrypt(name).catch(() => undefined);
      },
    };
  });
  after(() => folder?.remove());

  const properties = [
    ['sops encrypts, the codec decrypts', sopsToCodec],
    ['the codec encrypts, sops decrypts', codecToSops],
    ['the codec changes one value, all other ciphertext stays, sops decrypts', changeOne],
  ];
  for (const { name, format, text, comments } of randomTexts) {
    for (const [what, property] of properties) {
      test(`${name}: ${what}`, async (context) => {
        const counts = { same: 0, refused: 0, lost: 0 };
        const check = async (content, chosen, which) => {
          counts[await property(programs, format, content, { ...chosen, comments }, which)] += 1;
        };
        await fc.assert(fc.asyncProperty(text, settings, fc.nat(20), check), runs);
        context.diagnostic(
          `${counts.same} the same, ${counts.refused} refused by both, ${counts.lost} that sops itself loses`,
        );
        assert.ok(counts.same >= runs.numRuns / 8, 'enough of them say something');
      });
    }
  }
});
