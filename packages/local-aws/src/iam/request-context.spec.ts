import { contextValue, requestContext } from './request-context';

describe('requestContext', () => {
  it('finds keys whatever their case, and leaves out those without a value', () => {
    const context = requestContext([['aws:TagKeys', ['a']]], [['kms:ViaService', undefined]]);
    expect(contextValue(context, 'AWS:tagkeys')).toEqual(['a']);
    expect(context.size).toBe(1);
  });

  it('has both values of keys that differ by case only, so that no condition takes one for the other', () => {
    const context = requestContext([
      ['kms:EncryptionContext:service', 'payment'],
      ['kms:EncryptionContext:Service', 'user'],
    ]);
    expect(contextValue(context, 'kms:EncryptionContext:service')).toEqual(['payment', 'user']);
  });
});
