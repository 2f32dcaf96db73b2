import type { EncryptedFile, KeyGroup, Recipient } from 'sops-codec';
import { parseKeyArn } from '../aws/arn';
import { neededGroups } from '../secret-file/needed-groups';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';
import { pendingValuesIn } from '../secret-file/pending-values';
import { identityOf, kindOf, unlistedRecipients, type ListedRecipients } from '../secret-file/recipients';

/** A recipient of a file: by what the file says, which whoever can commit it can write. */
export interface FileRecipient {
  /** As in `.sops.yaml`: `age`, `pgp`, `kms`, … */
  readonly kind: string;
  readonly identity: string;
  /** What it can open. */
  readonly opens: 'the file' | 'a pending value';
  /** Keys of the pending values. */
  readonly keys: readonly string[];
  /** `own`: the stage's key. */
  readonly status: 'own' | 'listed' | 'not listed';
}

/** What a secret file says of who can open it, before anything is decrypted. */
export interface FileReading {
  readonly recipients: readonly FileRecipient[];
  /** Recipients of nx.json that the file does not have. */
  readonly absent: readonly { readonly kind: string; readonly identity: string }[];
  /** How many key groups there are, and of how many of them a recipient each is needed. */
  readonly groups: { readonly all: number; readonly needed: number };
  /** The encryption context of the stage's key in the file. */
  readonly context: Readonly<Record<string, string>> | undefined;
  /** Names of the keys, and those of pending values. */
  readonly keys: readonly string[];
  readonly pending: readonly string[];
  /** Keys whose values anybody can read who reads the file. */
  readonly unencrypted: readonly string[];
}

/**
 * Reads the recipients of a file and of its pending values.
 *
 * @param path of the file, for messages
 * @param key the one key that is asked about: then its values and their recipients alone count
 */
export function readFileAccess(
  file: EncryptedFile,
  path: string,
  listed: ListedRecipients,
  key?: string,
): FileReading {
  const { format, metadata } = file;
  const named = (keys: readonly string[]) => keyText(keys, format);
  const leaves = leavesOf(file).map(({ keys, leaf }) => ({ name: named(keys), leaf }));
  const pending = pendingValuesIn(file.documents, path).map(({ keys, file: value }) => ({
    name: named(keys),
    groups: value.metadata.groups,
  }));
  const isAsked = (name: string) => key === undefined || isAt(name, key);
  const isInFile = key === undefined || leaves.some(({ name }) => isAsked(name));
  const ofFile = isInFile ? recipientsIn(metadata.groups, listed) : [];
  const ofPending = new Map<string, FileRecipient>();
  for (const { name, groups } of pending.filter((one) => isAsked(one.name))) {
    for (const one of recipientsIn(groups, listed)) {
      if (ofFile.some((other) => sameRecipient(one, other))) continue;
      const id = `${one.kind} ${one.identity}`;
      const known = ofPending.get(id);
      ofPending.set(id, { ...one, opens: 'a pending value', keys: [...(known?.keys ?? []), name] });
    }
  }
  const { groups } = metadata;
  return {
    recipients: [...ofFile, ...ofPending.values()],
    absent: absentFrom(groups, listed),
    groups: {
      all: groups.length,
      needed: neededGroups(metadata),
    },
    context: contextOf(groups, listed),
    keys: unique(leaves.map(({ name }) => name)),
    pending: unique(pending.map(({ name }) => name)),
    unencrypted: unique(
      leaves
        .filter(
          ({ name, leaf }) =>
            leaf.kind !== 'null' && isAsked(name) && !(leaf.kind === 'str' && /^(?:ENC\[|$)/.test(leaf.text)),
        )
        .map(({ name }) => name),
    ),
  };
}

/** Whether a key is the one that is asked about, or below it. */
export const isAt = (name: string, asked: string): boolean =>
  name === asked || name.startsWith(`${asked}.`) || name.startsWith(`${asked}[`);

const sameRecipient = (one: FileRecipient, other: FileRecipient): boolean =>
  one.kind === other.kind && one.identity === other.identity;

function recipientsIn(groups: readonly KeyGroup[], listed: ListedRecipients): readonly FileRecipient[] {
  const unlisted = unlistedRecipients(groups, listed);
  const all = groups.flat().map((one): FileRecipient => {
    const isUnlisted = unlisted.some(
      (other) => other.kind === one.kind && identityOf(other) === identityOf(one),
    );
    const isOwn = !isUnlisted && unlistedRecipients([[one]], { ...listed, recipients: {} }).length === 0;
    return {
      kind: kindOf(one),
      identity: identityOf(one),
      opens: 'the file',
      keys: [],
      status: isUnlisted ? 'not listed' : isOwn ? 'own' : 'listed',
    };
  });
  return [...new Map(all.map((one) => [`${one.kind} ${one.identity}`, one])).values()];
}

/** The recipients that nx.json lists and the file has not: a list with one name is asked whether the file is without it. */
function absentFrom(groups: readonly KeyGroup[], listed: ListedRecipients): FileReading['absent'] {
  const all = Object.entries(listed.recipients).flatMap(([kind, names]) =>
    names.map((identity) => ({ kind, identity })),
  );
  return all.filter(({ kind, identity }) =>
    groups
      .flat()
      .every(
        (one) =>
          unlistedRecipients([[one]], withOnly(listed, kind, identity)).length > 0 || isOwn(one, listed),
      ),
  );
}

const withOnly = (listed: ListedRecipients, kind: string, identity: string): ListedRecipients => ({
  ...listed,
  recipients: { [kind]: [identity] },
});

const isOwn = (one: Recipient, listed: ListedRecipients): boolean =>
  unlistedRecipients([[one]], { ...listed, recipients: {} }).length === 0;

function contextOf(groups: readonly KeyGroup[], { own }: ListedRecipients) {
  const key = groups
    .flat()
    .find((one) => one.kind === 'kms' && parseKeyArn(one.arn)?.resource === parseKeyArn(own.arn)?.resource);
  return key?.kind === 'kms' ? (key.context ?? {}) : undefined;
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
