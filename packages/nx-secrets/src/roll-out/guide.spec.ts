import { commandsUnder } from '../testing/guide.test-kit';
import { nonprod, prod } from './accounts.test-kit';
import { useRollOut } from './roll-out.test-kit';

const rollOut = useRollOut();
const decrypt = (profile: string, service: string, stage: string) =>
  rollOut.run(`AWS_PROFILE=${profile} npx sops-codec decrypt services/${service}/secrets/${stage}.enc.yaml`);

test('the guide has no more than 20 commands', () => {
  expect(commandsUnder(rollOut.guide, 'Set up').length).toBeLessThanOrEqual(20);
});

test('from an empty folder to values that services read in both regions', async () => {
  const reads = await rollOut.follow('Set up');
  expect(reads).toHaveLength(2);
  for (const line of reads)
    expect(await rollOut.readByCommand(line)).toEqual({ DATABASE_URL: 'postgres://orders' });
  const read = (account: string, service: string, stage: string, region: string) =>
    rollOut.readAsService(account, `${service}-${stage}`, `/services/${service}/${stage}`, region);
  for (const region of ['eu-west-1', 'eu-central-1']) {
    expect(await read(nonprod, 'payments', 'dev', region)).toEqual({ STRIPE_KEY: 'sk_of_payments' });
    expect(await read(prod, 'payments', 'prod', region)).toEqual({ STRIPE_KEY: 'sk_of_payments' });
    await expect(
      rollOut.readAsService(prod, 'payments-prod', '/services/orders/prod', region),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }
  await decrypt('dev', 'orders', 'dev');
  await decrypt('break-glass', 'orders', 'prod');
  await expect(decrypt('live', 'orders', 'prod')).rejects.toThrow('AccessDenied');
}, 60_000);
