import {
  createKeyring,
  decrypt,
  identityText,
  isCiphertext,
  parse,
  withDataKey,
  type Document,
  type EncryptedFile,
  type Format,
  type Recipient,
} from 'sops-codec';
import { leavesOf } from '../../secret-file/leaves';
import { pendingValuesIn } from '../../secret-file/pending-values';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { importPiped, shellWord } from '../../config/commands';

/** A SOPS file that was opened for an import. */
export interface OpenedSource {
  readonly format: Format;
  readonly documents: readonly Document[];
  /** Keys that it holds in plaintext, as JSON texts of their paths. */
  readonly plaintext: ReadonlySet<string>;
  /** Who can open it. */
  readonly recipients: readonly string[];
}

/**
 * The SOPS file that bytes are, in the first of the formats that fits; undefined where they are none.
 *
 * @param source for messages
 * @throws ProblemError where there is metadata of sops, and it cannot be read
 */
export function parseSops(
  bytes: Uint8Array,
  formats: readonly Format[],
  source: string,
): EncryptedFile | undefined {
  for (const format of formats) {
    try {
      const file = parse(bytes, format);
      if (format !== 'binary' || isBinary(file)) return file;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code === 'badMetadata')
        throwProblem({ ...problem, where: [source, problem.where].filter(Boolean).join(', ') });
    }
  }
  return undefined;
}

/** A binary file is JSON with its bytes under "data". */
function isBinary({ documents }: EncryptedFile): boolean {
  const items = documents.flatMap((document) => document.items);
  return items.length === 1 && items[0]?.kind === 'item' && items[0].key === 'data';
}

/**
 * Opens a SOPS file as its user's own sops would: with the identities and credentials of the environment. A token for Vault
 * or Azure would be sent to whatever host a file names, so these recipients are not asked.
 *
 * @param source for messages
 * @throws ProblemError or SopsError where it does not open
 */
export async function openSource(file: EncryptedFile, source: string): Promise<OpenedSource> {
  const { metadata, format } = file;
  const groups = metadata.groups.map((group) => group.filter(isAsked));
  if (groups.flat().length === 0) throwProblem(onlyByName(source));
  const keyring = createKeyring({ transport: 'private', rememberFor: 0 });
  const opened = decrypt({ ...file, metadata: { ...metadata, groups } }, keyring).catch((error: unknown) => {
    const problem = toProblem(error);
    return throwProblem({ ...problem, where: [source, problem.where].filter(Boolean).join(', ') });
  });
  const documents = await withDataKey(opened, (decrypted) => decrypted.documents);
  if (pendingValuesIn(documents, source).length > 0) throwProblem(hasPending(source));
  const plain = leavesOf(file).filter(
    ({ leaf }) => !(leaf.kind === 'str' && 'text' in leaf && isCiphertext(leaf.text)),
  );
  return {
    format,
    documents,
    plaintext: new Set(plain.map(({ keys }) => JSON.stringify(keys))),
    recipients: [...new Set(metadata.groups.flat().map(nameOf))],
  };
}

/** A recipient without context, role and profile: as files and `.sops.yaml` name it. */
export const nameOf = (recipient: Recipient): string =>
  recipient.kind === 'kms' ? recipient.arn : identityText(recipient);

const isAsked = ({ kind }: Recipient): boolean => kind !== 'hc_vault' && kind !== 'azure_kv';

const onlyByName = (source: string): Problem => ({
  code: 'unsupportedRecipient',
  what: 'the file can be opened by Vault or Azure only, and a token would be sent to the host that the file names',
  where: source,
  fix: `If you trust that host, decrypt it into a pipe; comments and order are kept:\nnpx sops-codec decrypt --output-type yaml ${shellWord(source)} | ${importPiped('--from=yaml', '--stage=<stage>')}`,
});

const hasPending = (where: string): Problem => ({
  code: 'encryptedSource',
  what: 'the file holds values that somebody added without opening it, for the key of its own service',
  where,
  fix: 'Set any key of it as somebody who can decrypt (nx g …:set), which puts these values in; then import it.',
});
