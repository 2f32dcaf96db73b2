import { SopsError } from '../model/sops-error';
import type { Keyring } from '../recipients/keyring';
import type { KeyGroup, WrappedKey } from '../recipients/recipient';
import { makeDataKey, unwrapDataKey, wrapDataKey } from './data-key';
import { withDataKey } from './with-data-key';

const recipient = (name: string) => ({ kind: 'age' as const, recipient: name });
const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('hex')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'hex')),
};
const now = '2026-01-01T00:00:00Z';
const groups = [[recipient('a')], [recipient('b')], [recipient('c')]];

/** A keyring that fails for some recipients. */
const failing = (errors: Readonly<Record<string, Error>>): Keyring => ({
  ...keyring,
  unwrap: (key) => {
    const error = key.kind === 'age' ? errors[key.recipient] : undefined;
    return error ? Promise.reject(error) : keyring.unwrap(key);
  },
});
const fail = (code: ConstructorParameters<typeof SopsError>[0]) => new SopsError(code, { what: code });

describe('shares', () => {
  test.each([-1, 1, 4])('a threshold of %d for three groups is an error', async (threshold) => {
    await expect(wrapDataKey(makeDataKey(), groups, threshold, keyring, now)).rejects.toMatchObject({
      where: 'shamir_threshold',
    });
  });

  test.each([
    [2, 1],
    [3, 2],
    [0, 1],
    [1, 1],
  ])('a file with threshold %d is not decrypted with %d shares', async (threshold, count) => {
    const wrapped = await wrapDataKey(makeDataKey(), groups, 2, keyring, now);
    const missing = Object.fromEntries(
      ['a', 'b', 'c'].slice(count).map((name) => [name, fail('noIdentity')]),
    );
    await expect(unwrapDataKey(wrapped, threshold, failing(missing))).rejects.toMatchObject({
      code: 'noIdentity',
      what: expect.stringContaining(`(${count} of ${Math.max(threshold, 2)} shares)`),
    });
  });

  test('the shares of two groups give the key', async () => {
    const key = makeDataKey();
    const wrapped = await wrapDataKey(key, groups, 2, keyring, now);
    expect(await unwrapDataKey(wrapped, 2, failing({ b: fail('accessDenied') }))).toEqual(
      Uint8Array.from(key),
    );
  });
});

describe('the code of a data key that no recipient gave', () => {
  const wrapped: KeyGroup<WrappedKey> = ['a', 'b', 'c'].map((name) => ({ ...recipient(name), enc: '' }));
  const unwrap = (codes: readonly Error[]) =>
    unwrapDataKey(
      [wrapped.slice(0, codes.length)],
      0,
      failing(Object.fromEntries(codes.map((error, index) => ['abc'[index] ?? '', error]))),
    );

  test.each([
    ['one reason', [fail('accessDenied')], 'accessDenied'],
    ['the same reason twice', [fail('keyNotFound'), fail('keyNotFound')], 'keyNotFound'],
    [
      'no identity for the others',
      [fail('noIdentity'), fail('recipientUnreachable')],
      'recipientUnreachable',
    ],
    ['no identity at all', [fail('noIdentity'), fail('noIdentity')], 'noIdentity'],
    ['several reasons', [fail('accessDenied'), fail('keyNotFound'), fail('noIdentity')], 'noDataKey'],
    ['an error of another program', [new Error('canary')], 'recipientFailed'],
    ['no recipients', [], 'noDataKey'],
  ])('%s', async (_, errors, code) => {
    const error: unknown = await unwrap(errors).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, exitCode: 128 });
    expect((error as SopsError).failures).toHaveLength(errors.length);
    expect(JSON.stringify(error) + String(error)).not.toContain('canary');
  });
});

describe('withDataKey', () => {
  test.each(['succeeds', 'fails', 'throws'])('zeroes the key when the step %s', async (way) => {
    const dataKey = makeDataKey();
    const before = Uint8Array.from(dataKey);
    const running = withDataKey({ dataKey }, (held) => {
      expect(held.dataKey).toEqual(Buffer.from(before));
      if (way === 'throws') throw new Error('no');
      return way === 'fails' ? Promise.reject(new Error('no')) : Promise.resolve('result');
    });
    if (way === 'succeeds') expect(await running).toBe('result');
    else await expect(running).rejects.toThrow('no');
    expect(dataKey).toEqual(Buffer.alloc(32));
  });

  test('waits for the holder, and passes on its failure', async () => {
    const step = jest.fn();
    await expect(withDataKey(Promise.reject(new Error('no')), step)).rejects.toThrow('no');
    expect(step).not.toHaveBeenCalled();
  });
});
