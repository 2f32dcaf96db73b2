import { decrypt, parse, rotate, serialize } from '../file/file';
import { SopsError } from '../model/sops-error';
import { identityText, type KeyGroup } from '../recipients/recipient';
import { keyringOf, layoutOf } from './environment';
import { inputFormat, outputFormat, readInput, writeResult, exists } from './files';
import { changedRecipients, type Flags } from './recipient-flags';

/** `sops-codec rotate file`: a new data key; recipients added to the first group, or removed from all. */
export async function rotateCommand(file: string, flags: Flags): Promise<void> {
  const added = changedRecipients('add', flags);
  const removed = changedRecipients('rm', flags);
  if (!(await exists(file)) && (added.length > 0 || removed.length > 0)) {
    throw new SopsError('keyChangeOnMissingFile', {
      what: 'there is no such file whose recipients could be changed',
      where: file,
      fix: 'Check the path.',
    });
  }
  const keyring = keyringOf(flags);
  const opened = await decrypt(
    parse(await readInput(file, 'unreadableInput'), inputFormat(file, flags)),
    keyring,
    {
      ignoreMac: flags['ignoreMac'] === true,
    },
  );
  try {
    const groups = regroup(opened.metadata.groups, added, removed);
    const rotated = await rotate(opened, keyring, { groups });
    await writeResult(
      serialize({ ...rotated, format: outputFormat(file, flags) }, layoutOf(flags)),
      file,
      flags,
    );
  } finally {
    opened.dataKey.fill(0);
  }
}

function regroup(groups: readonly KeyGroup[], added: KeyGroup, removed: KeyGroup): readonly KeyGroup[] {
  const gone = new Set(removed.map((one) => `${one.kind} ${identityText(one)}`));
  const [first = [], ...rest] = groups;
  return [[...first, ...added], ...rest].map((group) =>
    group.filter((one) => !gone.has(`${one.kind} ${identityText(one)}`)),
  );
}
