import { deploymentOrder, needsDates, type DeploymentOrder } from './deployment-order';
import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';

const [current, previous] = ['c'.repeat(64), 'd'.repeat(64)];

const remote = (labels: Pick<RemoteSecret, 'staged' | 'overwritten'> = {}): RemoteSecret => ({
  kind: 'present',
  arn: '',
  kmsKeyId: undefined,
  tags: {},
  description: undefined,
  deletion: 'none',
  rotation: false,
  owningService: undefined,
  replicaOf: undefined,
  replicas: new Map(),
  current,
  previous,
  versions: new Set([current, previous]),
  ...labels,
});
const at = (id: string, milliseconds?: number) => ({
  id,
  created: milliseconds === undefined ? undefined : new Date(milliseconds),
});
const older = [at(previous, 1000), at(current, 1001)];
const younger = [at(current, 1000), at(previous, 1001)];
const same = [at(current, 1000), at(previous, 1000)];

test.each<[string, RemoteSecret, Parameters<typeof deploymentOrder>[1], DeploymentOrder]>([
  ['the version before is older: pushed in order', remote(), older, 'forward'],
  ['the version before is younger: rolled back', remote(), younger, 'back'],
  ['… whatever was staged since', remote({ staged: current }), younger, 'back'],
  ['… and an --overwrite replaced another version', remote({ overwritten: current }), younger, 'back'],
  ['an --overwrite replaced it: no roll-back', remote({ overwritten: previous }), younger, 'forward'],
  ['of one second, the current one was staged last', remote({ staged: current }), same, 'forward'],
  ['of one second, the one before was staged last', remote({ staged: previous }), same, 'back'],
  ['of one second, another was staged last', remote({ staged: 'e'.repeat(64) }), same, 'undecided'],
  ['of one second, none was staged', remote(), same, 'undecided'],
  [
    'AWS shows no date of the current one yet',
    remote({ staged: current }),
    [at(previous, 1000)],
    'undecided',
  ],
  ['AWS shows no date of the one before', remote(), [at(current, 1000), at(previous)], 'undecided'],
  ['AWS shows no version', remote(), [], 'undecided'],
])('%s', (_, state, versions, expected) => {
  expect(deploymentOrder(state, versions)).toBe(expected);
});

test('dates are not asked for where a label tells', () => {
  expect(needsDates(remote())).toBe(true);
  expect(needsDates(remote({ overwritten: current }))).toBe(true);
  expect(needsDates(remote({ overwritten: previous }))).toBe(false);
});
