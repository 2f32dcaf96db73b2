import { encrypt, readPlain, serialize, type EncryptOptions } from '../file/file';
import { recoded, SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import type { KeyGroup } from '../recipients/recipient';
import { ruleNames, selectionRule, selectorOf, type SelectionRule } from '../rules/selection';
import { keyringOf, layoutOf } from './environment';
import { effectiveName, inputFormat, outputFormat, readInput, writeResult } from './files';
import { findConfig, ruleForFile } from './find-config';
import { contextOf, numberOf, recipientsOf, textOf, type Flags } from './recipient-flags';

/** `sops-codec encrypt [file]`. */
export async function encryptCommand(file: string | undefined, flags: Flags): Promise<void> {
  if (file === undefined && textOf(flags, 'filename-override') === undefined) {
    throw new SopsError('conflictingParameters', {
      what: 'the name of what comes from standard input is not known',
      where: '--filename-override',
      fix: 'Pass --filename-override=<name>: rules and format are found by it.',
    });
  }
  const bytes = await readInput(file);
  const documents = plainDocuments(bytes, inputFormat(file, flags));
  const format = outputFormat(file, flags);
  const isBinary = inputFormat(file, flags) === 'binary';
  const options = { ...encryptOptions(file, flags), format, isBinary };
  const encrypted = await encrypt(documents, options, keyringOf(flags)).catch((error: unknown) => {
    throw recoded(error, 'noDataKey', 'generic');
  });
  await writeResult(serialize(encrypted, layoutOf(flags)), file, flags);
}

/** Reads what is to be encrypted; what cannot be read ends with the code that sops has for it. */
function plainDocuments(bytes: Uint8Array, format: Format): readonly Document[] {
  const documents = (() => {
    try {
      return readPlain(bytes, format);
    } catch (error) {
      throw recoded(error, 'generic', 'unreadableInput');
    }
  })();
  if (documents.length > 0) return documents;
  throw new SopsError('noDocument', {
    what: 'the file is empty: there is no document to encrypt',
    fix: 'Write at least {} into it.',
  });
}

/** Recipients and selection for a new file: flags, else the creation rule. */
export function encryptOptions(file: string | undefined, flags: Flags): Omit<EncryptOptions, 'format'> {
  const named = recipientsOf(flags);
  const rule = ruleForFile(findConfig(flags), effectiveName(file, flags));
  const groups =
    named.length > 0
      ? [named]
      : withContext(rule?.groups ?? [], contextOf(textOf(flags, 'encryption-context')));
  if (groups.some((group) => group.length === 0) || groups.length === 0) {
    // The words of sops, and nothing else: scripts look for them.
    throw new SopsError('generic', { what: 'Could not generate data key: [empty key group provided]' });
  }
  return {
    groups,
    rule: selectionOf(flags, rule?.rule),
    macOnlyEncrypted: flags['macOnlyEncrypted'] === true || (rule?.macOnlyEncrypted ?? false),
    shamirThreshold: numberOf(flags, 'shamir-secret-sharing-threshold') ?? rule?.shamirThreshold ?? 0,
  };
}

/** KMS keys of the configuration that have no context of their own get the one of the flag. */
function withContext(
  groups: readonly KeyGroup[],
  context: Readonly<Record<string, string>> | undefined,
): readonly KeyGroup[] {
  if (!context) return groups;
  return groups.map((group) =>
    group.map((one) => (one.kind === 'kms' && !one.context ? { ...one, context } : one)),
  );
}

/** A flag stands for the same field of the rule; two different ones are a conflict. */
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
      fix: 'Keep one of them, counting the one in .sops.yaml.',
    });
  }
  all.forEach(selectorOf);
  return all[0];
}
