import { guarded } from '../model/guarded';
import { parseEncrypted } from '../cipher/value';
import { isVersion } from '../metadata/metadata';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { identityText } from '../recipients/recipient';
import { isCommentRule, selectorOf } from '../rules/selection';
import { walk } from '../walk/walk';
import type { EncryptedFile } from './encrypted-file';
import { unencryptedValues } from './unencrypted-values';

/** The stable codes of what is wrong with a file and shows without a key. */
export const findingCodes = [
  /** The file has no MAC. */
  'missingMac',
  /** The MAC is a text that SOPS did not encrypt. */
  'unencryptedMac',
  /** The metadata does not say which version of SOPS wrote the file. */
  'missingVersion',
  /** More shares of the data key are needed than there are key groups. */
  'thresholdTooHigh',
  /** The data key is not wrapped for a recipient. */
  'missingWrappedKey',
  /** The rule selects a value that is not encrypted. */
  'unencryptedValue',
  /** The rule does not select a value that is encrypted. */
  'unselectedValue',
] as const;
/** What is wrong with a file, as a stable word. */
export type FindingCode = (typeof findingCodes)[number];

/** Something that is wrong with a file. Never holds a value. */
export interface Finding {
  /** What is wrong, as a stable word; that of a SopsError where the rule itself is not valid (`badRegex`). */
  readonly code: FindingCode | SopsErrorCode;
  /** What is wrong. */
  readonly what: string;
  /** The key or the metadata field. */
  readonly where: string;
  /** What to do about it. */
  readonly fix: string;
}

const restore = 'Restore the file from Git, and make the change with a program that knows SOPS.';

/**
 * What is wrong with a file as far as that shows without any key: values that should be encrypted and are not, or are
 * encrypted and would not be decrypted; a missing MAC, version or wrapped key. Only `decrypt` shows whether values are
 * authentic.
 *
 * @returns nothing for a file that looks right
 */
export const verify = guarded('verify', function verify(file: EncryptedFile): readonly Finding[] {
  return [...verifyMetadata(file), ...verifyValues(file)];
});

function verifyMetadata({ metadata }: EncryptedFile): readonly Finding[] {
  const { mac, version, groups, shamirThreshold } = metadata;
  const findings: Finding[] = [];
  const add = (code: FindingCode, what: string, where: string) =>
    findings.push({ code, what, where, fix: restore });
  if (mac === '') add('missingMac', 'the file has no MAC', 'sops.mac');
  else if (!parseEncrypted(mac)) add('unencryptedMac', 'the MAC is not encrypted', 'sops.mac');
  if (!isVersion(version))
    add('missingVersion', 'the version of SOPS that wrote the file is missing', 'sops.version');
  if (groups.length > 1 && shamirThreshold > groups.length)
    add('thresholdTooHigh', 'more shares are needed than there are key groups', 'sops.shamir_threshold');
  for (const key of groups.flat())
    if (key.enc === '')
      add(
        'missingWrappedKey',
        'the data key is not wrapped for a recipient',
        identityText(key).slice(0, 200),
      );
  return findings;
}

function verifyValues(file: EncryptedFile): readonly Finding[] {
  const finding = (code: FindingCode, what: string) => (path: readonly string[]) => ({
    code,
    what,
    where: `key ${path.map((key) => JSON.stringify(key)).join(' → ')}`,
    fix: restore,
  });
  try {
    return [
      ...unencryptedValues(file).map(finding('unencryptedValue', 'a value that should be encrypted is not')),
      ...neverDecrypted(file).map(
        finding('unselectedValue', 'an encrypted value would not be decrypted: the rule does not select it'),
      ),
    ];
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    return [{ code: error.code, what: error.what, where: error.where ?? 'sops', fix: error.fix ?? restore }];
  }
}

/** Encrypted values that the rule does not select. Not checked for comment rules: their comments may have moved. */
function neverDecrypted({ documents, metadata: { rule } }: EncryptedFile): readonly (readonly string[])[] {
  if (isCommentRule(rule)) return [];
  const found: (readonly string[])[] = [];
  walk(documents, rule, selectorOf(rule), {
    leaf: (leaf, { path, selected }) => {
      if (!selected && leaf.kind === 'str' && parseEncrypted(leaf.text)) found.push([...path]);
      return leaf;
    },
    comment: (comment) => comment,
  });
  return found;
}
