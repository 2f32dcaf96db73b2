import * as ssm from '@aws-sdk/client-ssm';
import { type ClientsOf, type Step, step } from './write-step.test-kit';

const Name = '/services/a/dev/KEY';

/** Every operation of SSM Parameter Store that changes something, in an order in which each can succeed. */
export function ssmSteps(clients: ClientsOf): readonly Step[] {
  const send = () => clients().ssm;
  const values = async () => {
    const found = await send().send(
      new ssm.GetParametersByPathCommand({ Path: '/', Recursive: true, WithDecryption: true }),
    );
    return found.Parameters?.map(({ Value }) => Value);
  };
  const put = (input: Partial<ssm.PutParameterCommandInput>) =>
    send().send(new ssm.PutParameterCommand({ Name, Value: '1', Type: 'SecureString', ...input }));
  return [
    step(
      'PutParameter',
      () => put({}),
      async () => expect(await values()).toEqual(['1']),
    ),
    step(
      'PutParameter',
      () => put({ Value: '2', Overwrite: true, Tier: 'Advanced' }),
      async () => {
        expect(await values()).toEqual(['2']);
        const first = new ssm.GetParameterCommand({ Name: `${Name}:1`, WithDecryption: true });
        expect((await send().send(first)).Parameter?.Value).toBe('1');
      },
    ),
    step(
      'DeleteParameter',
      () => send().send(new ssm.DeleteParameterCommand({ Name })),
      async () => expect(await values()).toEqual([]),
    ),
    step(
      'PutParameter',
      () => put({}),
      async () => expect(await values()).toEqual(['1']),
    ),
    step(
      'DeleteParameters',
      () => send().send(new ssm.DeleteParametersCommand({ Names: [Name] })),
      async () => expect(await values()).toEqual([]),
    ),
  ];
}
