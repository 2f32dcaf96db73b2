import type { EncryptedFile } from '../file/encrypted-file';
import { parse, serialize } from '../file/file';
import { SopsError } from '../model/sops-error';
import { layoutOf } from './environment';
import { inputFormat, readInput, writeResult } from './files';
import { numberOf, recipientsOf, textOf, type Flags } from './recipient-flags';
import { withGroups } from './with-groups';

const thresholdFlag = 'shamir-secret-sharing-threshold';

/** `sops-codec groups add --file F --pgp …`. */
export async function groupsAddCommand(flags: Flags): Promise<void> {
  const { file, encrypted } = await groupsFile(flags);
  const added = recipientsOf(flags);
  if (added.length === 0)
    throw new SopsError('generic', {
      what: 'no recipients are given for the new group',
      fix: 'Name them: --age, --kms, --pgp …',
    });
  const groups = [...encrypted.metadata.groups, added];
  const changed = await withGroups(encrypted, groups, flags, numberOf(flags, thresholdFlag));
  await writeResult(serialize(changed, layoutOf(flags)), file, flags);
}

/** `sops-codec groups delete --file F index`. */
export async function groupsDeleteCommand(index: string, flags: Flags): Promise<void> {
  const { file, encrypted } = await groupsFile(flags);
  const { groups, shamirThreshold } = encrypted.metadata;
  if (!/^[0-9]+$/.test(index) || Number(index) >= groups.length) {
    throw new SopsError('generic', {
      what: `there is no group ${index.slice(0, 20)}`,
      where: file,
      fix: `The file has groups 0 to ${groups.length - 1}.`,
    });
  }
  const threshold = numberOf(flags, thresholdFlag) ?? shamirThreshold;
  const left = groups.filter((_, at) => at !== Number(index));
  if (left.length < threshold) {
    throw new SopsError('generic', {
      what: `removing this key group will make the Shamir threshold impossible to satisfy: it is ${threshold}, with ${left.length} key groups left`,
      where: file,
      fix: `Lower it as well: --${thresholdFlag} ${left.length}.`,
    });
  }
  const changed = await withGroups(encrypted, left, flags, threshold);
  await writeResult(serialize(changed, layoutOf(flags)), file, flags);
}

async function groupsFile(flags: Flags): Promise<{ file: string; encrypted: EncryptedFile }> {
  const file = textOf(flags, 'file');
  if (file === undefined)
    throw new SopsError('unreadableInput', {
      what: 'no file is named',
      where: '--file',
      fix: 'Pass --file=<path>.',
    });
  return { file, encrypted: parse(await readInput(file, 'unreadableInput'), inputFormat(file, flags)) };
}
