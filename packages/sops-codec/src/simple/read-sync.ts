import { readFileSync } from 'node:fs';
import { keyOfShares, type Shares } from '../data-key/data-key';
import { openFile, type DecryptOptions } from '../file/decrypt';
import { parse } from '../file/parse';
import { formatOf } from '../formats/formats';
import { assertOptions, guarded } from '../model/guarded';
import { inFile, SopsError } from '../model/sops-error';
import type { Format } from '../model/tree';
import { openAgeFile } from '../recipients/age-file/age-file';
import { withoutArmor } from '../recipients/age-file/armor';
import { readIdentitySync, type X25519Identity } from '../recipients/age-file/x25519';
import { identitiesOfEnvironmentSync, type FoundIdentities } from '../recipients/age-identities';
import { identityText, type WrappedKey } from '../recipients/recipient';
import { plainObject, type PlainObject } from './plain-object';
import { assertPath, pathTo, unreadable } from './source';

/** How a file is read without waiting. */
export interface ReadSyncOptions extends DecryptOptions {
  /** The format; by the name of the file where absent, YAML for bytes. */
  readonly format?: Format | undefined;
  /** `AGE-SECRET-KEY-1…` texts, instead of those of the environment. */
  readonly identities?: readonly string[] | undefined;
}

/**
 * As `readSecrets`, without waiting, for configuration files that cannot wait: for files with an X25519 recipient of age
 * (`age1…`) whose identity is in `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE`, the usual `keys.txt` or the options. All other
 * recipients need a program or the network, and are skipped.
 *
 * @param source a path or file: URL, or the content of a file as bytes
 * @throws SopsError as `readSecrets`; `unsupportedRecipient` for the recipients that are skipped
 */
export const readSecretsSync = guarded(
  'readSecretsSync',
  (source: string | URL | Uint8Array, options: ReadSyncOptions = {}): PlainObject => {
    assertOptions(options, ['format', 'identities', 'ignoreMac'], 'readSecretsSync');
    if (source instanceof Uint8Array) return read(source, options.format ?? 'yaml', options);
    const path = pathTo(source);
    const content = contentSync(path);
    try {
      return read(content, options.format ?? formatOf(path), options);
    } catch (error) {
      throw inFile(error, path);
    }
  },
);

function read(content: Uint8Array, format: Format, options: ReadSyncOptions): PlainObject {
  const file = parse(content, format);
  const found = options.identities
    ? { identities: options.identities, problems: [] }
    : identitiesOfEnvironmentSync();
  const known = found.identities.map(readIdentitySync).filter((one) => one !== undefined);
  const { groups, shamirThreshold } = file.metadata;
  const shares = groups.map((group) => sharesOf(group, known, found));
  const opened = openFile(file, keyOfShares(shares, shamirThreshold), options);
  try {
    return plainObject(opened.documents);
  } finally {
    opened.dataKey.fill(0);
  }
}

function sharesOf(
  group: readonly WrappedKey[],
  identities: readonly X25519Identity[],
  found: FoundIdentities,
): Shares {
  const failures: SopsError[] = [];
  for (const key of group) {
    const share =
      key.kind === 'age' ? openAgeFile(withoutArmor(key.enc) ?? Buffer.alloc(0), identities) : undefined;
    if (share !== undefined) return { share, failures };
    failures.push(key.kind === 'age' ? notOpened(key, identities, found) : skipped(key));
  }
  return { share: undefined, failures };
}

function notOpened(
  key: WrappedKey,
  identities: readonly X25519Identity[],
  { problems }: FoundIdentities,
): SopsError {
  const what =
    identities.length === 0
      ? 'no X25519 identity of age found'
      : `none of the ${identities.length} X25519 identities of age found decrypts it`;
  return new SopsError('noIdentity', {
    what: [what, ...problems.map((one) => one.message)].join('; '),
    where: identityText(key).slice(0, 200),
    fix:
      problems[0]?.fix ??
      'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself; use readSecrets for other identities.',
  });
}

const skipped = (key: WrappedKey): SopsError =>
  new SopsError('unsupportedRecipient', {
    what: `recipients of kind ${key.kind} cannot be asked without waiting`,
    where: identityText(key).slice(0, 200),
    fix: 'Use readSecrets, or add an age recipient to the file.',
  });

function contentSync(path: string): Buffer {
  assertPath(path);
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}
