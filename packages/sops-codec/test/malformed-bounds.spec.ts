import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const vectors = join(__dirname, 'vectors');
const folder = join(vectors, 'malformed');
const files = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly { file: string }[];

/**
 * Opens all damaged and hostile files, and says of each that it is done with it: a file that it gets stuck with is the
 * one behind the last. Anything but the one error ends it.
 */
const script = `
  const { readFileSync } = require('node:fs');
  const [, codec, folder, ...keyFiles] = process.argv;
  const { createKeyring, decrypt, parse, SopsError, writePlain } = require(codec);
  const identities = keyFiles.flatMap((file) => readFileSync(file, 'utf8').match(/AGE-SECRET-KEY-\\S+/g));
  const awsKms = { clientFor: () => Promise.reject(new Error('no AWS here')) };
  const keyring = createKeyring({ age: { identities }, awsKms });
  (async () => {
    for (const { file, format } of JSON.parse(readFileSync(folder + '/index.json', 'utf8'))) {
      try {
        const { documents } = await decrypt(parse(readFileSync(folder + '/' + file), format), keyring);
        writePlain(documents, format);
      } catch (error) {
        if (!(error instanceof SopsError)) throw error;
      }
      console.log(file);
    }
    console.log(String(Math.round(process.resourceUsage().maxRSS / 1024))); // A number would come in colours.
  })();
`;

// A second for each would be minutes for all: they take a few seconds, or are ended. The memory is that of the process.
test('no damaged file takes long, or more than 300 MB', async () => {
  const keys = ['age-a.txt', 'age-b.txt', 'age-c.txt'].map((name) => join(vectors, 'sops-3.13.3/keys', name));
  const { stdout, stderr, exitCode, timedOut } = await execa(
    process.execPath,
    ['--max-old-space-size=200', '--eval', script, join(__dirname, '../dist'), folder, ...keys],
    { reject: false, timeout: 90_000, killSignal: 'SIGKILL' },
  );
  const lines = stdout.split('\n');
  expect({ stderr, exitCode, timedOut, done: lines.slice(0, files.length).at(-1) }).toEqual({
    stderr: '',
    exitCode: 0,
    timedOut: false,
    done: files.at(-1)?.file,
  });
  expect(Number(lines.at(-1))).toBeLessThan(300);
}, 120_000);
