import { createInterface } from 'node:readline/promises';
import { unwrapDataKey } from '../data-key/data-key';
import type { DecryptedFile, EncryptedFile } from '../file/encrypted-file';
import { createStash } from '../cipher/stash';
import { parse, rewrap, serialize } from '../file/file';
import { SopsError } from '../model/sops-error';
import { identityText, type KeyGroup } from '../recipients/recipient';
import { keyringOf, layoutOf } from './environment';
import { effectiveName, inputFormat, readInput, replaceFile, writeResult } from './files';
import { findConfig, ruleForFile } from './find-config';
import { recipientsOf, textOf, type Flags } from './recipient-flags';

/** `sops-codec updatekeys file…`: the recipients that the creation rule names, in place of those that the file has. */
export async function updateKeysCommand(files: readonly string[], flags: Flags): Promise<void> {
  for (const file of files) await updateKeys(file, flags);
}

async function updateKeys(file: string, flags: Flags): Promise<void> {
  const encrypted = parse(await readInput(file), inputFormat(file, flags));
  const rule = ruleForFile(findConfig(flags), effectiveName(file, flags));
  if (!rule || rule.groups.length === 0) {
    throw new SopsError('generic', {
      what: 'there is no creation rule with recipients for this file',
      where: file,
      fix: 'Add one to .sops.yaml.',
    });
  }
  const before = texts(encrypted.metadata.groups);
  const after = texts(rule.groups);
  if (before.join('\n') === after.join('\n')) {
    process.stderr.write(`${file} already up to date\n`);
    return;
  }
  process.stderr.write(`The following changes will be made to the recipients of ${file}:\n`);
  for (const text of before.filter((one) => !after.includes(one))) process.stderr.write(`  - ${text}\n`);
  for (const text of after.filter((one) => !before.includes(one))) process.stderr.write(`  + ${text}\n`);
  if (flags['yes'] !== true && !(await confirmed())) return;
  await replaceFile(file, serialize(await withGroups(encrypted, rule.groups, flags), layoutOf(flags)));
  process.stderr.write(`File ${file} synced with new keys\n`);
}

/** Recipients by group and identity; the order within a group does not matter. */
const texts = (groups: readonly KeyGroup[]): readonly string[] =>
  groups.flatMap((group, index) =>
    group.map((one) => `group ${index}: ${one.kind} ${identityText(one)}`).sort(),
  );

async function confirmed(): Promise<boolean> {
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await readline.question('Is this okay? (y/n) ');
  readline.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** The file for other recipients; values, MAC and date are not touched. */
async function withGroups(
  encrypted: EncryptedFile,
  groups: readonly KeyGroup[],
  flags: Flags,
  shamirThreshold?: number,
): Promise<EncryptedFile> {
  const keyring = keyringOf(flags);
  const metadata =
    shamirThreshold === undefined ? encrypted.metadata : { ...encrypted.metadata, shamirThreshold };
  const dataKey = await unwrapDataKey(encrypted.metadata.groups, encrypted.metadata.shamirThreshold, keyring);
  const opened: DecryptedFile = { ...encrypted, metadata, dataKey, stash: createStash(), encrypted };
  try {
    return await rewrap(opened, groups, keyring);
  } finally {
    dataKey.fill(0);
  }
}

const thresholdFlag = (flags: Flags): number | undefined => {
  const text = textOf(flags, 'shamir-secret-sharing-threshold');
  return text === undefined ? undefined : Number(text);
};

/** `sops-codec groups add --file F --pgp …`. */
export async function groupsAddCommand(flags: Flags): Promise<void> {
  const { file, encrypted } = await groupsFile(flags);
  const added = recipientsOf(flags);
  if (added.length === 0)
    throw new SopsError('generic', {
      what: 'no recipients are given for the new group',
      fix: 'Name them: --age, --kms, --pgp …',
    });
  const changed = await withGroups(
    encrypted,
    [...encrypted.metadata.groups, added],
    flags,
    thresholdFlag(flags),
  );
  await writeResult(serialize(changed, layoutOf(flags)), file, flags);
}

/** `sops-codec groups delete --file F index`. */
export async function groupsDeleteCommand(index: string, flags: Flags): Promise<void> {
  const { file, encrypted } = await groupsFile(flags);
  const { groups } = encrypted.metadata;
  if (!/^[0-9]+$/.test(index) || Number(index) >= groups.length) {
    throw new SopsError('generic', {
      what: `there is no group ${index.slice(0, 20)}`,
      where: file,
      fix: `The file has groups 0 to ${groups.length - 1}.`,
    });
  }
  const changed = await withGroups(
    encrypted,
    groups.filter((_, at) => at !== Number(index)),
    flags,
    thresholdFlag(flags),
  );
  await writeResult(serialize(changed, layoutOf(flags)), file, flags);
}

async function groupsFile(flags: Flags): Promise<{ file: string; encrypted: EncryptedFile }> {
  const file = textOf(flags, 'file');
  if (file === undefined)
    throw new SopsError('noFile', { what: 'no file is named', where: '--file', fix: 'Pass --file=<path>.' });
  return { file, encrypted: parse(await readInput(file), inputFormat(file, flags)) };
}
