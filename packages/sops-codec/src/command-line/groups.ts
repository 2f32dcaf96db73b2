import type { EncryptedFile } from '../file/encrypted-file';
import { parse, serialize } from '../file/parse';
import { exitCodes, SopsError, withFileName } from '../model/sops-error';
import { keptLayout } from './environment';
import { inputFormat, readInput } from './input';
import { writeResult } from './output';
import { numberOf, textOf, type Flags } from './arguments/flag';
import { groupRecipientsOf } from './recipient-flags';
import { withGroups } from './with-groups';

const thresholdFlag = 'shamir-secret-sharing-threshold';

/** `sops-codec groups add --file F --pgp …`. */
export async function groupsAddCommand(flags: Flags): Promise<void> {
  const { file, content, encrypted } = await groupsFile(flags);
  const added = groupRecipientsOf(flags);
  if (added.length === 0)
    throw new SopsError('noRecipients', {
      what: 'no recipients for the new group',
      fix: 'Pass --age, --kms, --pgp or another recipient option.',
    });
  const groups = [...encrypted.metadata.groups, added];
  const changed = await withGroups(encrypted, groups, flags, numberOf(flags, thresholdFlag));
  const bytes = serialize(
    changed,
    await keptLayout(flags, changed.format, { content, format: encrypted.format }),
  );
  await writeResult({ bytes, isPlaintext: false }, file, flags);
}

/** `sops-codec groups delete --file F index`. */
export async function groupsDeleteCommand(index: string, flags: Flags): Promise<void> {
  const { file, content, encrypted } = await groupsFile(flags);
  const { groups, shamirThreshold } = encrypted.metadata;
  if (!/^[0-9]+$/.test(index) || Number(index) >= groups.length) {
    throw new SopsError('badUsage', {
      what: `there is no group ${index.slice(0, 20)}`,
      where: file,
      fix: `The file has groups 0 to ${groups.length - 1}.`,
    });
  }
  const threshold = numberOf(flags, thresholdFlag) ?? shamirThreshold;
  const remaining = groups.filter((_, at) => at !== Number(index));
  if (remaining.length < threshold) {
    throw new SopsError('conflictingParameters', {
      exitCode: 1,
      what: `removing this key group will make the Shamir threshold impossible to satisfy: it is ${threshold}, with ${remaining.length} key groups left`,
      where: file,
      fix: `Lower it as well: --${thresholdFlag} ${remaining.length}.`,
    });
  }
  const changed = await withGroups(encrypted, remaining, flags, threshold);
  const bytes = serialize(
    changed,
    await keptLayout(flags, changed.format, { content, format: encrypted.format }),
  );
  await writeResult({ bytes, isPlaintext: false }, file, flags);
}

/** The file of `--file`. */
interface GroupsFile {
  readonly file: string;
  readonly content: Uint8Array;
  readonly encrypted: EncryptedFile;
}

async function groupsFile(flags: Flags): Promise<GroupsFile> {
  const file = textOf(flags, 'file');
  if (file === undefined)
    throw new SopsError('unreadableInput', {
      what: 'no file specified',
      where: '--file',
      fix: 'Pass --file=<path>.',
    });
  const content = await readInput(file, exitCodes.unreadableInput);
  const read = () => ({ file, content, encrypted: parse(content, inputFormat(file, flags)) });
  return withFileName(file, () => Promise.resolve().then(read));
}
