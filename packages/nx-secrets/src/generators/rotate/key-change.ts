import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { isScalar, parseDocument, visit } from 'yaml';
import type { EncryptedFile } from 'sops-codec';
import { parseKeyArn, type KeyArn } from '../../aws/arn';
import { sopsConfigFile } from '../../config/services';
import { isStageKey, keyArnIn } from '../../config/stage-key';
import { namedKeys } from '../../secret-file/other-key';
import { readSecretFile } from '../../secret-file/read-write';
import { formerKeys } from './former-keys';
import type { Target, Targets } from './targets';

/** A stage whose key nx.json names otherwise than its file does. */
export interface KeyChange {
  /** The key that the file is under: one that the stage had by nx.json. */
  readonly from: KeyArn;
  readonly to: KeyArn;
}

/** The change of a file's key; undefined where the file is under the key of now, or under one that the stage never had. */
export async function keyChangeOf(
  { service, names, path, problem }: Target,
  { workspaceRoot, options }: Pick<Targets, 'workspaceRoot' | 'options'>,
): Promise<KeyChange | undefined> {
  if (problem) return undefined;
  const file = await readSecretFile(workspaceRoot, path).then(
    (read) => read.file,
    () => undefined, // Said where the file is rewritten.
  );
  const keys = file ? namedKeys(file.metadata.groups.flat()).map(({ key }) => key) : [];
  if (keys.length === 0 || keys.some((key) => isStageKey(key, names))) return undefined;
  const former = await formerKeys(workspaceRoot, { names, root: service.root }, options);
  const from = former.find(({ arn }) => keys.some((key) => key.arn === arn));
  const to = from && (names.foreignKey ?? parseKeyArn(keyArnIn(from.region, from.accountId, names)));
  return from && to ? { from, to } : undefined;
}

/** A file's recipients with the key of now, and with the encryption context of the service and stage. */
export const changedGroups = (
  { metadata }: EncryptedFile,
  { from, to }: KeyChange,
  { service, stage }: Target['names'],
): EncryptedFile['metadata']['groups'] =>
  metadata.groups.map((group) =>
    group.map((one) =>
      one.kind === 'kms' && one.arn === from.arn
        ? { ...one, arn: to.arn, context: { ...one.context, service, stage } }
        : one,
    ),
  );

/** Names the key of now in a service's `.sops.yaml`, through the Tree: all else stays as it is, comments included. */
export function changeRule(tree: Tree, { service }: Target, change: KeyChange): void {
  const path = posix.join(service.root, sopsConfigFile);
  const text = tree.read(path, 'utf8') ?? '';
  const changed = withKey(text, change);
  if (changed !== text) tree.write(path, changed);
}

/** The text of a `.sops.yaml` with one key in place of another. */
export function withKey(text: string, { from, to }: KeyChange): string {
  const document = parseDocument(text);
  let isChanged = false;
  visit(document, {
    Scalar(_, scalar) {
      if (!isScalar(scalar) || typeof scalar.value !== 'string') return;
      // `kms` may be a list of ARNs in one text.
      const value = scalar.value.replaceAll(/[^\s,]+/g, (word) => (word === from.arn ? to.arn : word));
      if (value === scalar.value) return;
      scalar.value = value;
      isChanged = true;
    },
  });
  return isChanged ? document.toString({ lineWidth: 0 }) : text;
}
