import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { decrypt } from '../file/decrypt';
import { parse, serialize } from '../file/parse';
import type { EncryptedFile } from '../file/encrypted-file';
import { withDataKey } from '../data-key/with-data-key';
import { SopsError } from '../model/sops-error';
import { uploadToGcs } from '../publish/gcs';
import { uploadToS3 } from '../publish/s3';
import { objectPath } from '../publish/upload';
import { vaultPath, writeToVault } from '../publish/vault-kv';
import { recreate } from '../publish/recreation';
import type { Keyring } from '../recipients/keyring';
import type { CreationRule } from '../rules/creation-rules';
import { destinationFor, type Destination, type DestinationRule } from '../rules/destination-rules';
import type { Flags } from './arguments/flag';
import { openConfirmation, type Confirmation } from './confirmation';
import { keyringOf, layoutOf } from './environment';
import { escapeControlCharacters } from './escape-control-characters';
import { findDestinations } from './find-destinations';
import { changeLines, changesOf, hasChanges } from './group-changes';
import { inputFormat, readInput } from './input';
import { writeStdout } from './output';
import { systemReason } from './system-error';

/** What all files of a run have in common. */
interface Publication {
  readonly root: string;
  readonly rules: readonly DestinationRule[];
  readonly keyring: Keyring;
  readonly flags: Flags;
  readonly confirmation: Confirmation | undefined;
}

/** `sops-codec publish path`: uploads files to where `destination_rules` say. Source: sops `subcommand/publish/publish.go` */
export async function publishCommand([root]: readonly string[], flags: Flags): Promise<void> {
  const rules = findDestinations(flags);
  if (root === undefined)
    throw new SopsError('noFile', {
      what: 'no file specified',
      fix: 'Name the file or directory to publish.',
    });
  const isDirectory = await stat(root).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw unreadable(error, root);
    },
  );
  if (isDirectory && flags['recursive'] !== true)
    throw new SopsError('badUsage', {
      what: 'a directory cannot be published without --recursive',
      where: root,
      fix: 'Pass --recursive, or name a file.',
    });
  const keyring = keyringOf(flags);
  const confirmation = flags['yes'] === true ? undefined : openConfirmation();
  try {
    for await (const file of filesOf(root))
      await publish(file, { root, rules, keyring, flags, confirmation });
  } finally {
    confirmation?.close();
  }
}

/** The files of a directory and those below, in the order of their names; symbolic links count as files. */
async function* filesOf(path: string): AsyncGenerator<string> {
  const stats = await lstat(path).catch((error: unknown) => {
    throw unreadable(error, path);
  });
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  const names = await readdir(path, { encoding: 'buffer' }).catch((error: unknown) => {
    throw unreadable(error, path);
  });
  for (const name of names.sort((a, b) => Buffer.compare(a, b))) yield* filesOf(join(path, String(name)));
}

const unreadable = (error: unknown, where: string) =>
  new SopsError('unreadableInput', {
    what: `cannot read it: ${systemReason(error)}`,
    where,
    fix: 'Check the path and its permissions.',
    exitCode: 1,
    cause: error,
  });

async function publish(file: string, publication: Publication): Promise<void> {
  const { rules, keyring, flags, confirmation } = publication;
  const { destination, recreation, omitExtensions, where } = destinationFor(rules, file);
  if (destination === undefined)
    throw new SopsError('badConfig', {
      what: 'no destination configured for this file',
      where: `${file}, ${where}`,
      fix: 'Add s3_bucket, gcs_bucket or vault_path to the rule.',
    });
  const name = destinationName(file, publication, omitExtensions, destination.kind);
  const bytes = await readInput(file, 2);
  const encrypted = parse(bytes, inputFormat(file, {}));
  const upload = await prepare(destination, { name, bytes, encrypted, recreation, keyring, flags });
  const shown = shownPath(destination, name);
  const question = `uploading ${resolve(file)} to ${shown} ? (y/n): `;
  if (confirmation !== undefined && !(await confirmed(confirmation, question)))
    return canceled(resolve(file), flags);
  await upload();
}

/** The name of a file at its destination. Source: sops `subcommand/publish/publish.go`; Go `filepath.Ext` */
function destinationName(
  file: string,
  { root, flags }: Publication,
  omitExtensions: boolean,
  kind: Destination['kind'],
): string {
  const name = flags['recursive'] === true ? relative(root, file) || '.' : basename(resolve(file));
  if (flags['omitExtensions'] !== true && !omitExtensions) return name;
  const [extension = ''] = /\.[^./]*$/.exec(basename(resolve(file))) ?? [];
  if (extension === '' || !name.endsWith(extension)) return name;
  const shortened = name.slice(0, -extension.length);
  // `...yaml` would be `..`, and `.yaml` in Vault the secret above: values of something else would be replaced.
  const last = shortened.slice(shortened.lastIndexOf('/') + 1);
  if (last === '.' || last === '..' || (last === '' && kind === 'vault'))
    throw new SopsError('badUsage', {
      what: 'without its extension the file has no name',
      where: file,
      fix: 'Rename the file.',
    });
  return shortened;
}

interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly encrypted: EncryptedFile;
  readonly recreation: CreationRule | undefined;
  readonly keyring: Keyring;
  readonly flags: Flags;
}

/** Decrypts and encrypts what is needed, before anything is asked or sent. Plaintext goes to Vault only. */
async function prepare(destination: Destination, source: Source): Promise<() => Promise<void>> {
  const { name, bytes, encrypted, keyring } = source;
  if (destination.kind === 'vault') {
    const documents = await withDataKey(decrypt(encrypted, keyring), (decrypted) => decrypted.documents);
    return async () => {
      const outcome = await writeToVault(destination, name, documents);
      const where = escapeControlCharacters(vaultPath(destination, name));
      if (outcome === 'unchanged') process.stderr.write(`${where} is up to date\n`);
      if (outcome === 'written unchecked')
        process.stderr.write(`${where} could not be read, and was written without a comparison\n`);
    };
  }
  const recreation = source.recreation;
  const content =
    recreation !== undefined && (recreation.groups[0] ?? []).length > 0
      ? await recreated(recreation, source)
      : bytes;
  return () => (destination.kind === 's3' ? uploadToS3 : uploadToGcs)(destination, name, content);
}

/** The file under a new data key, for the recipients of the rule. */
async function recreated(rule: CreationRule, { encrypted, keyring, flags }: Source): Promise<Uint8Array> {
  if (rule.rule !== undefined && !('suffix' in rule.rule))
    process.stderr.write(`${rule.rule.kind} does not count in a recreation_rule: all values are encrypted\n`);
  const file = await recreate(rule, encrypted, keyring);
  const changes = changesOf(encrypted.metadata.groups, rule.groups);
  if (hasChanges(changes))
    await writeStdout(
      `${["The following changes will be made to the file's key groups:", ...changeLines(changes)].join('\n')}\n`,
    );
  return serialize(file, await layoutOf(flags, file.format));
}

const shownPath = (destination: Destination, name: string): string =>
  destination.kind === 'vault' ? vaultPath(destination, name) : objectPath(destination, name);

/** @throws SopsError where standard input ends without an answer */
async function confirmed(confirmation: Confirmation, question: string): Promise<boolean> {
  const answer = await confirmation.ask(question);
  if (answer !== undefined) return answer;
  throw new SopsError('badUsage', {
    what: 'the upload was not confirmed',
    fix: 'Pass --yes to upload without confirmation.',
  });
}

async function canceled(path: string, flags: Flags): Promise<void> {
  const text = `Publication of ${escapeControlCharacters(path)} canceled`;
  if (flags['recursive'] === true) return writeStdout(`${text}\n`);
  throw new SopsError('badUsage', { what: text, fix: 'Answer y, or pass --yes.' });
}
