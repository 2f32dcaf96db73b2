import { parseEncrypted } from '../cipher/value';
import { SopsError } from '../model/sops-error';
import { identityText } from '../recipients/recipient';
import { isCommentRule, selectorOf } from '../rules/selection';
import { valuesInClear } from './unencrypted-values';
import { walk } from '../walk/walk';
import type { EncryptedFile } from './encrypted-file';

/** What is wrong with a file, where, and what to do about it. Never holds a value. */
export interface Finding {
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

const restore = 'Restore the file from Git, and make the change with a tool that knows SOPS.';

/**
 * What can be told of a file without any key: values that stand in clear where they should not, or are encrypted where
 * nothing would decrypt them; a MAC, version or recipients that are missing. Whether values are authentic only `decrypt`
 * can tell.
 *
 * @returns nothing for a file that looks right
 */
export function verify(file: EncryptedFile): readonly Finding[] {
  return [...verifyMetadata(file), ...verifyValues(file)];
}

function verifyMetadata({ metadata }: EncryptedFile): readonly Finding[] {
  const { mac, version, groups, shamirThreshold } = metadata;
  const findings: Finding[] = [];
  const add = (what: string, where: string) => findings.push({ what, where, fix: restore });
  if (mac === '') add('the file has no MAC', 'sops.mac');
  else if (!parseEncrypted(mac)) add('the MAC is not encrypted', 'sops.mac');
  if (!/^v?[0-9]+\.[0-9]+\.[0-9]+|^1\./.test(version))
    add('the file does not say which version of SOPS made it', 'sops.version');
  if (groups.length > 1 && shamirThreshold > groups.length)
    add('more shares are needed than there are key groups', 'sops.shamir_threshold');
  for (const key of groups.flat())
    if (key.enc === '') add('the data key is not wrapped for a recipient', identityText(key).slice(0, 200));
  return findings;
}

function verifyValues(file: EncryptedFile): readonly Finding[] {
  const finding = (what: string) => (path: readonly string[]) => ({
    what,
    where: `key ${path.map((key) => JSON.stringify(key)).join(' → ')}`,
    fix: restore,
  });
  try {
    return [
      ...valuesInClear(file).map(finding('a value stands in clear that should be encrypted')),
      ...neverDecrypted(file).map(finding('a value is encrypted that is read as it stands')),
    ];
  } catch (error) {
    if (!(error instanceof SopsError)) throw error;
    return [{ what: error.what, where: error.where ?? 'sops', fix: error.fix ?? restore }];
  }
}

/** Encrypted values that the rule leaves in clear. Comments may have moved since they decided: of theirs, nothing is said. */
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
