import { parse, serialize } from '../file/parse';
import { SopsError } from '../model/sops-error';
import { identityText, type KeyGroup } from '../recipients/recipient';
import { layoutOf } from './environment';
import { effectiveName, inputFormat, readInput } from './input';
import { findConfig, ruleForFile, type FoundConfig } from './find-config';
import type { Flags } from './arguments/flag';
import { openConfirmation } from './confirmation';
import { writeStdout } from './output';
import { replaceFile } from './replace-file';
import { withGroups } from './with-groups';

/** `sops-codec updatekeys file…`: gives files the recipients of their creation rule. */
export async function updateKeysCommand(files: readonly string[], flags: Flags): Promise<void> {
  const config = findConfig(flags);
  if (config === undefined)
    throw new SopsError('noRecipients', {
      what: 'there is no .sops.yaml here or above',
      fix: 'Create one with a creation rule for the file.',
    });
  const [first, ...others] = files;
  if (first === undefined)
    throw new SopsError('noFile', { what: 'no file specified', fix: 'Name the files to update.' });
  if (others.length === 0) return updateKeys(first, config, flags);
  let failed = 0;
  for (const file of files) {
    try {
      await updateKeys(file, config, flags);
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      failed += 1;
      report(JSON.stringify(`${file}: ${error.message}`).slice(1, -1));
    }
  }
  if (failed > 0)
    throw new SopsError('badUsage', {
      what: `${failed} of ${files.length} files were not updated`,
      fix: 'Correct what is reported above for each of them.',
    });
}

async function updateKeys(file: string, config: FoundConfig, flags: Flags): Promise<void> {
  const encrypted = parse(await readInput(file, 1), inputFormat(file, flags));
  const rule = ruleForFile(config, effectiveName(file, flags));
  if (!rule || rule.groups.length === 0) {
    throw new SopsError('noRecipients', {
      what: 'no creation rule with recipients for this file',
      where: file,
      fix: 'Add one to .sops.yaml.',
    });
  }
  const { groups, shamirThreshold } = encrypted.metadata;
  const threshold = Math.min(shamirThreshold, rule.groups.length);
  const changes = changesOf(groups, rule.groups);
  if (
    !changes.some(({ added, removed }) => added.length + removed.length > 0) &&
    threshold === shamirThreshold
  )
    return report(`File ${file} already up to date`);
  await writeStdout(diffText(changes, shamirThreshold, threshold));
  if (flags['yes'] !== true && !(await confirmed())) return report(`File ${file} left unchanged`);
  await replaceFile(
    file,
    serialize(await withGroups(encrypted, rule.groups, flags), await layoutOf(flags, encrypted.format)),
  );
  report(`File ${file} synced with new keys`);
}

const report = (text: string) => void process.stderr.write(`${text}\n`);

/** Recipients of one group, before and after. */
interface Change {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function changesOf(before: readonly KeyGroup[], after: readonly KeyGroup[]): readonly Change[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [old, next] = [before, after].map((groups) => (groups[index] ?? []).map(identityText));
    return {
      kept: (next ?? []).filter((text) => old?.includes(text)),
      added: (next ?? []).filter((text) => !old?.includes(text)),
      removed: (old ?? []).filter((text) => !next?.includes(text)),
    };
  });
}

/** The changes as sops prints them. */
function diffText(changes: readonly Change[], before: number, after: number): string {
  const threshold =
    before > 0 && before === after
      ? [`shamir_threshold: ${after}`]
      : [
          ...(after > 0 ? [`+++ shamir_threshold: ${after}`] : []),
          ...(before > 0 ? [`--- shamir_threshold: ${before}`] : []),
        ];
  const groups = changes.flatMap(({ kept, added, removed }, index) => [
    `Group ${index + 1}`,
    ...kept.map((text) => `    ${text}`),
    ...added.map((text) => `+++ ${text}`),
    ...removed.map((text) => `--- ${text}`),
  ]);
  return `${["The following changes will be made to the file's groups:", ...threshold, ...groups].join('\n')}\n`;
}

/** @throws SopsError where standard input ends without an answer */
async function confirmed(): Promise<boolean> {
  const confirmation = openConfirmation();
  const answer = await confirmation.ask('Is this okay? (y/n):');
  confirmation.close();
  if (answer !== undefined) return answer;
  throw new SopsError('badUsage', {
    what: 'the change of recipients was not confirmed',
    fix: 'Pass --yes to change them without confirmation.',
  });
}
