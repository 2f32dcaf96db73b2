import { encrypt, type EncryptOptions } from '../file/encrypt';
import { readPlain, serialize } from '../file/parse';
import { exitCodes, SopsError, withExitCode } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import type { KeyGroup } from '../recipients/recipient';
import { ruleNames, selectionRule, selectorOf, type SelectionRule } from '../rules/selection';
import { keyringOf, layoutOf } from './environment';
import { effectiveName, inputFormat, outputFormat, readInput } from './input';
import { assertOnePlace, writeResult } from './output';
import { findConfig, ruleForFile } from './find-config';
import { numberOf, textOf, type Flags } from './arguments/flag';
import { contextOf, recipientsOf } from './recipient-flags';

/** `sops-codec encrypt [file]`. */
export async function encryptCommand(file: string | undefined, flags: Flags): Promise<void> {
  assertOnePlace(file, flags);
  if (file === undefined && textOf(flags, 'filename-override') === undefined) {
    throw new SopsError('conflictingParameters', {
      what: 'standard input has no file name',
      where: '--filename-override',
      fix: 'Pass --filename-override=<name>: it selects the creation rule and the format.',
    });
  }
  const documents = plainDocuments(await readInput(file), inputFormat(file, flags));
  const format = outputFormat(file, flags);
  const isBinary = inputFormat(file, flags) === 'binary';
  const layout = await layoutOf(flags, format);
  const options = { ...encryptOptions(file, flags), format, isBinary };
  const encrypted = await encrypt(documents, options, keyringOf(flags)).catch((error: unknown) => {
    // A recipient that cannot wrap the key is an ordinary failure for sops.
    throw withExitCode(error, exitCodes.noDataKey, 1);
  });
  const bytes = serialize(encrypted, layout);
  await writeResult({ bytes, isPlaintext: false }, file, flags);
}

/** Reads the plain file; one that is not of its format has an exit code of its own here. */
function plainDocuments(bytes: Uint8Array, format: Format): readonly Document[] {
  const documents = (() => {
    try {
      return readPlain(bytes, format);
    } catch (error) {
      throw withExitCode(error, exitCodes.syntax, exitCodes.unreadableInput);
    }
  })();
  if (documents.length > 0) return documents;
  throw new SopsError('empty', {
    what: 'the file is empty: there is no document to encrypt',
    fix: 'Write at least {} into it.',
    exitCode: 92,
  });
}

/** Recipients and selection for a new file: flags, else the creation rule. */
export function encryptOptions(file: string | undefined, flags: Flags): Omit<EncryptOptions, 'format'> {
  const named = recipientsOf(flags);
  const config = findConfig(flags);
  const rule = ruleForFile(config, effectiveName(file, flags));
  // A binary file is one value: no rule applies to it.
  const isBinary = inputFormat(file, flags) === 'binary';
  const selection = isBinary ? undefined : selectionOf(flags, rule?.rule);
  const groups =
    named.length > 0
      ? [named]
      : withContext(rule?.groups ?? [], contextOf(textOf(flags, 'encryption-context')));
  if (groups.some((group) => group.length === 0) || groups.length === 0) {
    throw new SopsError('noRecipients', {
      // The words of sops: scripts look for them.
      what: 'Could not generate data key: [empty key group provided]',
      where: config && rule ? `${config.where}, line ${rule.line}` : effectiveName(file, flags),
      fix: rule
        ? 'Name recipients in each group of this rule, or pass --age, --kms, --pgp or another recipient option.'
        : 'Add a .sops.yaml with a creation rule, or pass --age, --kms, --pgp or another recipient option.',
    });
  }
  return {
    groups,
    rule: selection,
    macOnlyEncrypted: flags['macOnlyEncrypted'] === true || (rule?.macOnlyEncrypted ?? false),
    shamirThreshold: thresholdOf(flags) ?? rule?.shamirThreshold ?? 0,
  };
}

/** The threshold of the flag; 0 is none, as in sops. */
function thresholdOf(flags: Flags): number | undefined {
  const threshold = numberOf(flags, 'shamir-secret-sharing-threshold');
  if (threshold !== undefined && threshold < 0)
    throw new SopsError('badUsage', {
      what: 'a threshold cannot be negative',
      where: '--shamir-secret-sharing-threshold',
      fix: 'Pass the number of groups that are needed.',
    });
  return threshold === 0 ? undefined : threshold;
}

/** KMS keys of the configuration without an encryption context get that of the flag. */
function withContext(
  groups: readonly KeyGroup[],
  context: Readonly<Record<string, string>> | undefined,
): readonly KeyGroup[] {
  if (!context) return groups;
  return groups.map((group) =>
    group.map((one) => (one.kind === 'kms' && !one.context ? { ...one, context } : one)),
  );
}

/** A flag replaces the same field of the rule; two different ones are a conflict. */
function selectionOf(flags: Flags, fromRule: SelectionRule | undefined): SelectionRule | undefined {
  const given = ruleNames.flatMap((name) => {
    const text = textOf(flags, name.replaceAll('_', '-'));
    return text ? [selectionRule(name, text)] : [];
  });
  const others = fromRule && !given.some(({ kind }) => kind === fromRule.kind) ? [fromRule] : [];
  const all = [...given, ...others];
  if (all.length > 1) {
    throw new SopsError('conflictingParameters', {
      what: `more than one selection rule: ${all.map(({ kind }) => kind).join(', ')}`,
      fix: 'Keep one of them; the rule in .sops.yaml counts, too.',
    });
  }
  all.forEach(selectorOf);
  return all[0];
}
