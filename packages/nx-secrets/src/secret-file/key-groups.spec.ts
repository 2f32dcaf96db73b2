import type { KeyGroup } from 'sops-codec';
import { encrypt, readPlain } from 'sops-codec';
import { openKeyring } from '../sync/interleavings/commits.test-kit';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { assertRewritable } from './assert-rewritable';
import { isEasierToOpen } from './key-groups';

const arn = (name: string) => `arn:aws:kms:eu-west-1:123456789012:alias/${name}`;
const kms = (name: string) => ({ kind: 'kms', arn: arn(name), awsProfile: '' }) as const;
const age = (name: string) => ({ kind: 'age', recipient: name }) as const;
const [own, ann, bob] = [kms('user-service-dev'), age('age1ann'), age('age1bob')];

const cases: readonly [string, readonly KeyGroup[], number, readonly KeyGroup[], number, boolean][] = [
  ['one group each', [[own, ann]], 0, [[own, ann]], 0, false],
  ['the same groups and threshold', [[own], [own, ann]], 2, [[own], [own, ann]], 2, false],
  ['all needed, said in two ways', [[own], [ann]], 2, [[own], [ann]], 0, false],
  ['a recipient less', [[own], [own]], 2, [[own], [own, ann]], 2, false],
  ['more groups needed than ruled', [[own], [ann], [bob]], 3, [[own], [ann], [bob]], 2, false],
  ['a lower threshold', [[own], [ann], [bob]], 2, [[own], [ann], [bob]], 3, true],
  ['a lower threshold than all', [[own], [ann], [bob]], 2, [[own], [ann], [bob]], 0, true],
  ['one group for two', [[own, ann]], 0, [[own], [own, ann]], 2, true],
  [
    'a recipient in both groups',
    [
      [own, ann],
      [own, ann],
    ],
    2,
    [[own], [own, ann]],
    2,
    true,
  ],
  ['groups in another order', [[own, ann], [own]], 2, [[own], [own, ann]], 2, true],
  ['a group more', [[own], [own, ann], [ann]], 2, [[own], [own, ann]], 2, true],
];

test.each(cases)('%s', (_, groups, shamirThreshold, ruled, ruledThreshold, easier) => {
  expect(
    isEasierToOpen({ groups, shamirThreshold }, { groups: ruled, shamirThreshold: ruledThreshold }),
  ).toBe(easier);
});

describe('a file is not rewritten for fewer than its creation rule wants', () => {
  const directory = useDirectory();
  const path = 'services/user-service/secrets/dev.enc.yaml';
  const other = kms('break-glass');
  const config = (threshold: number) => `creation_rules:
  - path_regex: ^secrets/dev\\.enc\\.
    shamir_threshold: ${threshold}
    key_groups:
      - kms: [{ arn: ${own.arn} }]
      - kms: [{ arn: ${own.arn} }]
      - kms: [{ arn: ${own.arn} }, { arn: ${other.arn} }]
`;
  const check = async (threshold: number) => {
    await writeFiles(directory(), { 'services/user-service/.sops.yaml': config(3) });
    const file = await encrypt(
      readPlain('KEY: a\n', 'yaml'),
      { format: 'yaml', groups: [[own], [own], [own, other]], shamirThreshold: threshold },
      openKeyring,
    );
    return assertRewritable(file, {
      workspaceRoot: directory(),
      root: 'services/user-service',
      path,
      names: {
        service: 'user-service',
        stage: 'dev',
        secretName: '/services/user-service/dev',
        keyAlias: 'alias/user-service-dev',
        address: { root: 'services/user-service' },
      },
      stage: { recipients: { kms: [other.arn] } },
      owners: new Map([['alias/user-service-dev', 'user-service, stage dev']]),
    });
  };

  test('its threshold', async () => {
    expect(await check(3)).toMatchObject({ arn: own.arn });
  });

  test('a lower one', async () => {
    await expect(check(2)).rejects.toMatchObject({ problem: { code: 'keyGroupsWeaker' } });
  });
});
