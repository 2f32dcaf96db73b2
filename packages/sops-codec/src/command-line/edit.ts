import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { encrypt, reencrypt } from '../file/encrypt';
import type { DecryptedFile, EncryptedFile } from '../file/encrypted-file';
import { parse, readPlain, serialize, writePlain } from '../file/parse';
import { formatVersion } from '../metadata/metadata';
import { sameDocuments } from '../model/same';
import { exitCodes, SopsError, withExitCode } from '../model/sops-error';
import { commandWords } from '../recipients/command-words';
import type { Document, Format } from '../model/tree';
import { encryptOptions } from './encrypt';
import { keptLayout, keyringOf, layoutOf } from './environment';
import { exists, inputFormat, outputFormat, readInput } from './input';
import { withPrivateDirectory } from './private-file';
import type { Flags } from './arguments/flag';
import { replaceFile } from './replace-file';

/** `sops-codec edit file`: opens the plaintext in an editor, in a private directory that is always removed. */
export async function editCommand(file: string, flags: Flags): Promise<void> {
  const format = inputFormat(file, flags);
  if (await exists(file)) return editExisting(file, format, flags);
  const documents = await inEditor(file, plainView(file, format, flags), example(format));
  const options = { ...newFileOptions(file, flags), format: outputFormat(file, flags) };
  const encrypted = await encrypt(documents, options, keyringOf(flags));
  await replaceFile(file, serialize(encrypted, await layoutOf(flags, encrypted.format)));
}

/** For sops, a new file without recipients is a file without a data key. */
function newFileOptions(file: string, flags: Flags): ReturnType<typeof encryptOptions> {
  try {
    return encryptOptions(file, flags);
  } catch (error) {
    throw withExitCode(error, 'noRecipients', exitCodes.noDataKey);
  }
}

async function editExisting(file: string, format: Format, flags: Flags): Promise<void> {
  const keyring = keyringOf(flags);
  const content = await readInput(file);
  const decrypting = decrypt(parse(content, format), keyring, {
    ignoreMac: flags['ignoreMac'] === true,
  });
  await withDataKey(decrypting, async (decrypted) => {
    const view =
      flags['showMasterKeys'] === true ? viewWithMetadata(decrypted, flags) : plainView(file, format, flags);
    const documents = await inEditor(file, view, decrypted.documents);
    const changed = withNewVersion(reencrypt(decrypted, documents, { force: true }), decrypted);
    const output = outputFormat(file, flags);
    const layout = await keptLayout(flags, output, { content, format });
    await replaceFile(file, serialize({ ...changed, format: output }, layout));
  });
}

/** Editing is the one operation that raises the version of the format. */
const withNewVersion = (file: EncryptedFile, { metadata }: DecryptedFile): EncryptedFile => {
  const [current, newest] = [metadata.version, formatVersion].map((version) =>
    version.replace(/^v/, '').split('.').map(Number),
  );
  const at = (current ?? []).findIndex((part, index) => part !== newest?.[index]);
  const isOlder = at >= 0 && (current?.[at] ?? 0) < (newest?.[at] ?? 0);
  return isOlder ? { ...file, metadata: { ...file.metadata, version: formatVersion } } : file;
};

/** What the editor shows of documents, and how they are read from it again. */
interface View {
  readonly write: (documents: readonly Document[]) => Promise<Buffer>;
  readonly read: (edited: Buffer) => readonly Document[];
}

/** As in sops, --output-type is the format in the editor; it is read as the format of the input. */
const plainView = (file: string, format: Format, flags: Flags): View => ({
  write: async (documents) => {
    const shown = outputFormat(file, flags);
    return Buffer.from(writePlain(documents, shown, await layoutOf(flags, shown)));
  },
  read: (edited) => readPlain(edited, format),
});

/** For --show-master-keys. The metadata is there to be read: changes of it are not taken over. */
const viewWithMetadata = ({ format, metadata }: DecryptedFile, flags: Flags): View => ({
  write: async (documents) =>
    Buffer.from(serialize({ format, metadata, documents }, await layoutOf(flags, format))),
  read: (edited) => parse(edited, format).documents,
});

async function inEditor(
  file: string,
  { write, read }: View,
  documents: readonly Document[],
): Promise<readonly Document[]> {
  const text = await write(documents);
  return withPrivateDirectory(async (directory) => {
    const path = join(directory, basename(file));
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.close();
    for (;;) {
      await runEditor(path);
      const edited = await readFile(path);
      if (edited.equals(text)) throw notModified(file);
      try {
        const changed = read(edited);
        if (sameDocuments(changed, documents)) throw notModified(file);
        return changed;
      } catch (error) {
        if (!(error instanceof SopsError) || error.code === 'notModified' || !process.stdin.isTTY)
          throw error;
        process.stderr.write(
          `${error.message}\nPress enter to return to the editor, or Ctrl-C to keep the file unchanged.\n`,
        );
        await new Promise((resolve) => process.stdin.once('data', resolve));
        process.stdin.pause();
      }
    }
  });
}

const notModified = (file: string) =>
  new SopsError('notModified', { what: 'the file has not changed, exiting', where: file });

/** `SOPS_EDITOR`, `EDITOR`, else the first of vim, nano and vi that is installed. */
async function runEditor(path: string): Promise<void> {
  const named = process.env['SOPS_EDITOR'] || process.env['EDITOR'];
  const [program = await firstEditor(), ...args] = named ? await commandWords(named) : [];
  if (program === undefined) throw noEditor('no editor is set, and vim, nano and vi are not installed');
  const { failed, exitCode, code } = await execa(program, [...args, path], {
    stdio: 'inherit',
    reject: false,
  });
  if (code === 'ENOENT') throw noEditor(`editor ${program} not found`);
  if (failed) throw noEditor(`the editor ${program} failed with ${exitCode ?? 'an error'}`);
}

async function firstEditor(): Promise<string | undefined> {
  for (const editor of ['vim', 'nano', 'vi']) {
    const { failed } = await execa(editor, ['--version'], { reject: false, stdin: 'ignore' });
    if (!failed) return editor;
  }
  return undefined;
}

const noEditor = (what: string) =>
  new SopsError('noEditor', {
    what,
    where: 'SOPS_EDITOR, EDITOR',
    fix: 'Set EDITOR to your editor.',
  });

/** The content that a new file starts with. */
function example(format: Format): readonly Document[] {
  const str = (text: string) => ({ kind: 'str', text }) as const;
  const item = (key: string, text: string) => ({ kind: 'item', key, value: str(text) }) as const;
  if (format === 'binary')
    return [{ kind: 'map', items: [item('data', 'Replace this text with the secret.')] }];
  const items = [item('example_key', 'Replace this value, or remove the key.')];
  return [
    {
      kind: 'map',
      items:
        format === 'ini' ? [{ kind: 'item', key: 'example_section', value: { kind: 'map', items } }] : items,
    },
  ];
}
