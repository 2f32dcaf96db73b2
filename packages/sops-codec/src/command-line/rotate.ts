import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { parse, serialize } from '../file/parse';
import { rotate } from '../file/rotate';
import { exitCodes, SopsError } from '../model/sops-error';
import { identityText, type KeyGroup } from '../recipients/recipient';
import { keptLayout, keyringOf } from './environment';
import { exists, inputFormat, outputFormat, readInput } from './input';
import { assertOnePlace, writeResult } from './output';
import type { Flags } from './arguments/flag';
import { changedRecipients } from './recipient-flags';

/** `sops-codec rotate file`: a new data key; recipients added to the first group, or removed from all. */
export async function rotateCommand(file: string, flags: Flags): Promise<void> {
  assertOnePlace(file, flags);
  const added = changedRecipients('add', flags);
  const removed = changedRecipients('rm', flags);
  if (!(await exists(file)) && (added.length > 0 || removed.length > 0)) {
    throw new SopsError('keyChangeOnMissingFile', {
      what: 'the file whose recipients should change does not exist',
      where: file,
      fix: 'Check the path.',
    });
  }
  const keyring = keyringOf(flags);
  const content = await readInput(file, exitCodes.unreadableInput);
  const encrypted = parse(content, inputFormat(file, flags));
  const decrypting = decrypt(encrypted, keyring, { ignoreMac: flags['ignoreMac'] === true });
  const rotated = await withDataKey(decrypting, (decrypted) =>
    rotate(decrypted, keyring, { groups: regroup(decrypted.metadata.groups, added, removed) }),
  );
  const format = outputFormat(file, flags);
  const bytes = serialize(
    { ...rotated, format },
    await keptLayout(flags, format, { content, format: encrypted.format }),
  );
  await writeResult({ bytes, isPlaintext: false }, file, flags);
}

function regroup(groups: readonly KeyGroup[], added: KeyGroup, removed: KeyGroup): readonly KeyGroup[] {
  const gone = new Set(removed.map((one) => `${one.kind} ${identityText(one)}`));
  const [first = [], ...rest] = groups;
  return [[...first, ...added], ...rest].map((group) =>
    group.filter((one) => !gone.has(`${one.kind} ${identityText(one)}`)),
  );
}
