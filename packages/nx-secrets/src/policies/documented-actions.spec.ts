import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namedPolicy, type PolicyKind } from './named-policy';
import { everyPrincipal, subjectOf } from './subject.test-kit';
import { grantedBy } from './actor.test-kit';

const guide = readFileSync(join(__dirname, '../../../../docs/least-privilege.md'), 'utf8');
const [, actions = ''] = guide.split('## The exact actions');

test.each<PolicyKind>(['sync', 'provision', 'developer', 'runtime', 'rotate', 'prune', 'audit'])(
  'the guide lists exactly the actions of the policy "%s"',
  (kind) => {
    const row = actions.split('\n').find((line) => line.startsWith(`| \`${kind}\` `)) ?? '';
    const listed = [...row.matchAll(/`((?:iam|kms|secretsmanager):\w+)`/g)].flatMap(
      ([, action]) => action ?? [],
    );
    const policy = namedPolicy(
      kind,
      subjectOf({ principals: everyPrincipal, replicaRegions: ['eu-central-1'] }),
    ).document;
    expect([...new Set(listed)].sort()).toEqual(grantedBy([policy]));
  },
);
