import { parse, serialize } from '../file/parse';
import { exitCodes, SopsError, withExitCode, withFileName } from '../model/sops-error';
import { keptLayout } from './environment';
import { effectiveName, inputFormat, readInput } from './input';
import { findConfig, ruleForFile, type FoundConfig } from './find-config';
import type { Flags } from './arguments/flag';
import { changeLines, changesOf, hasChanges, type GroupChange } from './group-changes';
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
  if (others.length === 0)
    return withFileName(first, () => updateKeys(first, config, flags)).catch(withPlainExitCode);
  let failed = 0;
  for (const file of files) {
    try {
      await withFileName(file, () => updateKeys(file, config, flags));
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

/** For sops, a file of `updatekeys` that cannot be read or written has no exit code of its own. */
function withPlainExitCode(error: unknown): never {
  throw [exitCodes.unreadableInput, exitCodes.unwritableOutput].reduce<unknown>(
    (left, code) => withExitCode(left, code, 1),
    error,
  );
}

async function updateKeys(file: string, config: FoundConfig, flags: Flags): Promise<void> {
  const content = await readInput(file, 1);
  const encrypted = parse(content, inputFormat(file, flags));
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
  if (!hasChanges(changes) && threshold === shamirThreshold) return report(`File ${file} already up to date`);
  await writeStdout(diffText(changes, shamirThreshold, threshold));
  if (flags['yes'] !== true && !(await confirmed())) return report(`File ${file} left unchanged`);
  await replaceFile(
    file,
    serialize(
      await withGroups(encrypted, rule.groups, flags),
      await keptLayout(flags, encrypted.format, { content, format: encrypted.format }),
    ),
  );
  report(`File ${file} synced with new keys`);
}

const report = (text: string) => void process.stderr.write(`${text}\n`);

/** The changes as sops prints them. */
function diffText(changes: readonly GroupChange[], before: number, after: number): string {
  const threshold =
    before > 0 && before === after
      ? [`shamir_threshold: ${after}`]
      : [
          ...(after > 0 ? [`+++ shamir_threshold: ${after}`] : []),
          ...(before > 0 ? [`--- shamir_threshold: ${before}`] : []),
        ];
  return `${["The following changes will be made to the file's groups:", ...threshold, ...changeLines(changes)].join('\n')}\n`;
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
