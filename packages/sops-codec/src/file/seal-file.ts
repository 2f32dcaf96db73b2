import { createStash, type Stash } from '../cipher/stash';
import { codecOf } from '../formats/formats';
import { SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import { isCommentRule, type SelectionRule } from '../rules/selection';
import { open } from '../walk/open';
import { seal, type Sealed } from '../walk/seal';

interface Sealing {
  readonly rule: SelectionRule;
  readonly macOnlyEncrypted: boolean;
  readonly key: Uint8Array;
  readonly stash?: Stash | undefined;
}

/**
 * Encrypts documents for a file of a format.
 *
 * @throws SopsError where comments decide what is encrypted, and the format does not keep them where they are: values
 * would be looked for in clear that are encrypted, or the other way round. sops writes such files, and cannot read them.
 */
export function sealFile(documents: readonly Document[], format: Format, sealing: Sealing): Sealed {
  const sealed = seal(documents, sealing);
  if (isCommentRule(sealing.rule) && !opensAgain(sealed, format, sealing)) {
    throw new SopsError('treeEncryption', {
      what: 'the comments that decide what is encrypted do not stay where they are when the file is written',
      where: sealing.rule.kind,
      fix: 'Put each comment on a line of its own right above its key, or choose values by their keys.',
    });
  }
  return sealed;
}

function opensAgain({ documents, digest }: Sealed, format: Format, sealing: Sealing): boolean {
  const codec = codecOf(format);
  try {
    const bytes = codec.writeEncrypted(documents, { kind: 'map', items: [marker] }, {});
    const again = codec.readEncrypted(bytes).documents;
    return open(again, { ...sealing, stash: createStash() }).digest === digest;
  } catch {
    return false;
  }
}

/** Stands for the metadata. */
const marker = { kind: 'item', key: 'version', value: { kind: 'str', text: '0' } } as const;
