import fc from 'fast-check';
import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const id = (letter: string): string => letter.repeat(32);

function withVersions() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: '1', ClientRequestToken: id('1') });
  for (const letter of ['2', '3']) {
    const VersionStages = [`STAGED-${letter}`];
    aws.call('secretsmanager:PutSecretValue', {
      SecretId,
      SecretString: letter,
      ClientRequestToken: id(letter),
      VersionStages,
    });
  }
  const input = (stage: string, from?: string, to?: string) => ({
    SecretId,
    VersionStage: stage,
    RemoveFromVersionId: from && id(from),
    MoveToVersionId: to && id(to),
  });
  return {
    ...aws,
    move: (stage: string, from?: string, to?: string) =>
      aws.call('secretsmanager:UpdateSecretVersionStage', input(stage, from, to)),
    refusal: (stage: string, from?: string, to?: string) =>
      aws.errorOf('secretsmanager:UpdateSecretVersionStage', input(stage, from, to)),
    labels: () =>
      (aws.call('secretsmanager:DescribeSecret', { SecretId })['VersionIdsToStages'] ?? {}) as Record<
        string,
        string[]
      >,
  };
}

describe('UpdateSecretVersionStage', () => {
  it('moves AWSCURRENT and leaves AWSPREVIOUS behind', () => {
    const { move, labels, call } = withVersions();
    move('AWSCURRENT', '1', '2');
    expect(labels()).toEqual({
      [id('1')]: ['AWSPREVIOUS'],
      [id('2')]: ['STAGED-2', 'AWSCURRENT'],
      [id('3')]: ['STAGED-3'],
    });
    expect(call('secretsmanager:GetSecretValue', { SecretId })['SecretString']).toBe('2');
    move('AWSCURRENT', '2', '3');
    expect(labels()[id('1')]).toBeUndefined();
    expect(labels()[id('2')]).toEqual(['STAGED-2', 'AWSPREVIOUS']);
  });

  it('attaches a label that is nowhere yet, and takes one away', () => {
    const { move, labels } = withVersions();
    move('NEW', undefined, '1');
    expect(labels()[id('1')]).toEqual(['AWSCURRENT', 'NEW']);
    move('NEW', '1');
    expect(labels()[id('1')]).toEqual(['AWSCURRENT']);
  });

  it('does nothing where the label is already there', () => {
    const { move, labels } = withVersions();
    const before = labels();
    move('AWSCURRENT', undefined, '1');
    move('AWSCURRENT', '1', '1');
    expect(labels()).toEqual(before);
  });

  it.each([
    ['without saying where the label is', 'AWSCURRENT', undefined, '2', 'InvalidParameterException'],
    ['from a version that does not have it', 'AWSCURRENT', '3', '2', 'InvalidParameterException'],
    ['once more after it has moved', 'STAGED-2', '1', '2', 'InvalidParameterException'],
    ['from a version, where it is nowhere', 'NEW', '1', '2', 'InvalidParameterException'],
    ['AWSCURRENT to nowhere', 'AWSCURRENT', '1', undefined, 'InvalidParameterException'],
    ['from nowhere to nowhere', 'AWSCURRENT', undefined, undefined, 'InvalidParameterException'],
    ['to a version that is not there', 'AWSCURRENT', '1', '9', 'ResourceNotFoundException'],
    ['from a version that is not there', 'AWSCURRENT', '9', '2', 'ResourceNotFoundException'],
  ])('refuses to move %s', (_what, stage, from, to, code) => {
    const { refusal, labels } = withVersions();
    const before = labels();
    expect(refusal(stage, from, to)).toBe(code);
    expect(labels()).toEqual(before);
  });

  it('puts at most 20 labels on a version', () => {
    const { move, refusal } = withVersions();
    for (let index = 0; index < 19; index += 1) move(`L${index}`, undefined, '1');
    expect(refusal('L19', undefined, '1')).toBe('LimitExceededException');
  });

  it('keeps every label on at most one version and AWSCURRENT on exactly one, whatever is tried', () => {
    const version = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined });
    const stage = fc.constantFrom('AWSCURRENT', 'AWSPREVIOUS', 'STAGED-2', 'OTHER');
    fc.assert(
      fc.property(fc.array(fc.tuple(stage, version, version), { maxLength: 12 }), (moves) => {
        const { refusal, labels } = withVersions();
        for (const [label, from, to] of moves) {
          const before = labels();
          const refused = refusal(label, from, to) !== 'no error';
          if (refused) expect(labels()).toEqual(before);
          const all = Object.values(labels()).flat();
          expect(new Set(all).size).toBe(all.length);
          expect(all).toContain('AWSCURRENT');
        }
      }),
    );
  });
});
