import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { createKeyring, decrypt, parse, SopsError, writePlain, type Format } from '../src';

const folder = join(__dirname, 'vectors/malformed');
const keys = join(__dirname, 'vectors/sops-3.13.3');

interface Damaged {
  readonly file: string;
  readonly format: Format;
  readonly sopsExit: number;
  readonly sopsStdoutSha256?: string;
  readonly identities?: readonly string[];
}

const files = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly Damaged[];

/** Where we are stricter than sops, or refuse at another step; docs/compatibility.md says why. */
const ownExit: Readonly<Record<string, number>> = {
  'deep-yaml.yaml': 1,
  'deep-list-yaml.yaml': 1,
  'deep-json.json': 1,
  'deep-empty-json.json': 1,
  'invalid-encrypted-regex.yaml': 1,
  'invalid-unencrypted-regex.yaml': 1,
  'non-string-key.yaml': 1,
};
/** sops crashes here; the value is authentic and is read as text. */
const weRead = new Set(['type-str-to-bytes.yaml']);

async function open({ file, format, identities = [] }: Damaged): Promise<{ exit: number; sha256?: string }> {
  const texts = identities.flatMap((identity) => readFileSync(join(keys, identity), 'utf8').split('\n'));
  const keyring = createKeyring({
    age: { identities: texts.filter((line) => line.startsWith('AGE-SECRET-KEY-')) },
    awsKms: { clientFor: () => Promise.reject(new Error('no AWS here')) },
  });
  try {
    const opened = await decrypt(parse(readFileSync(join(folder, file)), format), keyring);
    const text = writePlain(opened.documents, format);
    return { exit: 0, sha256: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    // Anything but the one error type is a crash, and fails the test.
    if (!(error instanceof SopsError)) throw error;
    return { exit: error.exitCode };
  }
}

test.each(files.map((one) => [one.file, one] as const))('%s', async (name, damaged) => {
  const { exit, sha256 } = await open(damaged);
  if (name in ownExit) {
    expect(exit).toBe(ownExit[name]);
  } else if (weRead.has(name) || damaged.sopsExit === 0) {
    expect(exit).toBe(0);
    if (damaged.sopsStdoutSha256) expect(sha256).toBe(damaged.sopsStdoutSha256);
  } else if (damaged.sopsExit === 2) {
    expect(exit).not.toBe(0); // a crash of sops is not a verdict; accepting would be
  } else {
    expect(exit).toBe(damaged.sopsExit);
  }
});
