import { posix } from 'node:path';
import { isCiphertext, withDataKey, type Document, type Value } from 'sops-codec';
import { openCaller } from '../../aws/caller';
import { namesOf } from '../../config/names';
import { validNames } from '../../config/did-you-mean';
import { isOptionalKey } from '../../config/optional-keys';
import type { Options } from '../../config/options';
import type { SecretFile } from '../../config/secret-file-name';
import { aliasOwners, allNames, type Service } from '../../config/services';
import { throwProblem } from '../../problem';
import { rollingOut } from '../../policies/roll-out';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import { fitsList, keysWithValue } from '../../secret-file/keys-to-set';
import { keyText } from '../../secret-file/key-path';
import { leavesOf } from '../../secret-file/leaves';
import { readSecretFile } from '../../secret-file/read-write';
import type { InitWorkspace } from '../init/init-service';
import type { NewContents } from '../init/setup-request';

/** The stage that a new one begins with. */
export interface SourceStage {
  readonly file: SecretFile;
  /** Relative to the workspace. */
  readonly path: string;
  /** Names of its keys, as `set` takes them. */
  readonly keys: readonly string[];
}

/**
 * The stage of a service that a new one takes its key names from; undefined where the service does not have it.
 *
 * @throws ProblemError where its file cannot be read
 */
export async function sourceStage(
  workspaceRoot: string,
  { root, files }: Service,
  from: string,
): Promise<SourceStage | undefined> {
  const file = files.find(({ stage }) => stage === from);
  if (!file) return undefined;
  const path = posix.join(root, file.path);
  const { file: encrypted } = await readSecretFile(workspaceRoot, path);
  return { file, path, keys: file.format === 'binary' ? [] : keysWithValue(encrypted, path) };
}

/** Refuses a stage to copy from that none of the services has a file of. */
export function assertSource(services: readonly Service[], from: string): void {
  const known = [...new Set(services.flatMap(({ files }) => files.map(({ stage }) => stage)))];
  if (known.includes(from)) return;
  throwProblem({
    code: 'unknownStage',
    what: `there is no secret file of stage "${from}" to copy from`,
    where: '--from',
    fix: known.length > 0 ? validNames(from, known) : 'Leave --from out: there is no stage yet.',
  });
}

/** Keys of a source that a stage has to get values for, and how many have a name that no list can hold. */
export function namesFor(
  { keys }: SourceStage,
  root: string,
  stage: string,
  { optional }: Pick<Options, 'optional'>,
): { readonly listed: readonly string[]; readonly unfit: number } {
  const wanted = keys.filter((key) => !isOptionalKey(optional, root, stage, key));
  const listed = wanted.filter(fitsList);
  return { listed, unfit: wanted.length - listed.length };
}

/**
 * The values of a stage's file, to make another stage's file with: in memory only. Comments stay behind, since the other
 * stage's rule may leave them unencrypted.
 *
 * @throws ProblemError where the file is not the service's own, or this identity cannot decrypt it
 */
export async function sourceValues(
  workspaceRoot: string,
  service: Service,
  { file: { stage }, path }: SourceStage,
  { plugin: { options }, services }: InitWorkspace,
): Promise<NewContents> {
  const names = namesOf(service.name, stage, options, service.root);
  const target = {
    workspaceRoot,
    root: service.root,
    path,
    names,
    stage: options.stages.get(stage) ?? {},
    owners: aliasOwners(allNames(services, options)),
  };
  const { file } = await readSecretFile(workspaceRoot, path);
  const own = await assertRewritable(file, target);
  const caller = openCaller();
  try {
    await assertOwnAccount(own, target, caller.account);
    const documents = await rollingOut('developer', target, () =>
      withDataKey(decryptWithPending(file, own, caller.keyring, path), (opened) =>
        opened.documents.map(withoutComments),
      ),
    );
    const plain = new Set(
      leavesOf(file).flatMap(({ keys, leaf }) =>
        leaf.kind === 'str' && isCiphertext(leaf.text) ? [] : [keyText(keys, file.format)],
      ),
    );
    return { documents, mayStayPlain: (keys) => plain.has(keyText(keys, file.format)), replace: false };
  } finally {
    caller.close();
  }
}

const withoutComments = ({ items }: Document): Document => ({
  kind: 'map',
  items: items.flatMap((item) =>
    item.kind === 'comment' ? [] : [{ ...item, value: valueWithoutComments(item.value) }],
  ),
});

function valueWithoutComments(value: Value): Value {
  if (value.kind === 'map') return withoutComments(value);
  if (value.kind !== 'list') return value;
  const elements = value.elements.flatMap((element) =>
    element.kind === 'comment' ? [] : [valueWithoutComments(element)],
  );
  return { ...value, elements };
}
