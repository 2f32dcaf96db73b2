import type { KeyArn } from './key-arn';
import { runTarget, type Address } from './commands';

/** A stage of a service whose key cannot be used. */
interface StageOfKey {
  readonly address: Address;
  readonly stage: string;
  /** The key that somebody else makes for it. */
  readonly foreignKey?: KeyArn;
}

/** Nothing here enables a key that somebody else makes. */
const askOwner = ({ arn, region }: KeyArn): string =>
  `Somebody else makes this key. Whoever administers it can see its state, and enable it or cancel its deletion:\naws kms describe-key --region ${region} --key-id ${arn}`;

const enable = ({ address, stage }: StageOfKey): string =>
  runTarget(address, 'provision-keys', `--stage=${stage}`, '--enable');

/** What to do about a disabled key: somebody may have disabled it for a reason. */
export const enableKey = (names: StageOfKey): string =>
  `If it was not disabled on purpose (after a leak, for example), enable it:\n${enable(names)}`;

/** What to do about a key that is scheduled for deletion. */
export const cancelDeletion = (names: StageOfKey): string =>
  `After that day, nothing it encrypted can be decrypted. If the stage is abandoned, remove its files and its rule in .sops.yaml. Otherwise cancel the deletion:\n${enable(names)}`;

/** What to do about a key that cannot be used, where AWS does not say whether it is disabled or to be deleted. */
export const makeUsable = (names: StageOfKey): string =>
  names.foreignKey
    ? askOwner(names.foreignKey)
    : `If that is not on purpose (after a leak, for example), make it usable again:\n${enable(names)}`;
