import { AwsError } from '../protocol/aws-error';
import { formInput } from './form-input';

const read = (form: string): unknown => formInput(new URLSearchParams(form));

describe('formInput', () => {
  it.each<[string, unknown]>([
    ['Action=A&RoleArn=x.y', { Action: 'A', RoleArn: 'x.y' }],
    ['Keys.member.2=b&Keys.member.1=a', { Keys: ['a', 'b'] }],
    [
      'Tags.member.1.Key=a&Tags.member.1.Value=&Tags.member.2.Key=b&Tags.member.2.Value=c',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'b', Value: 'c' },
        ],
      },
    ],
    ['Tags=', { Tags: '' }],
    ['', {}],
  ])('reads %s', (form, expected) => {
    expect(read(form)).toEqual(expected);
  });

  it.each([
    'RoleArn=a&RoleArn=b',
    'Tags=&Tags.member.1=a',
    'Tags.member.1=a&Tags=',
    'Tags.member.2=a',
    'Tags.member.0=a',
    'Tags.member.01=a',
    'Tags.member.1=a&Tags.member.1=b',
    'a.b.c.d.e.f.g.h=1',
  ])('refuses %s', (form) => {
    expect(() => read(form)).toThrow(AwsError);
  });

  it('takes names of prototypes as names', () => {
    const input = read('__proto__.polluted=1&constructor=2') as Record<string, unknown>;
    expect(Object.keys(input).sort()).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
