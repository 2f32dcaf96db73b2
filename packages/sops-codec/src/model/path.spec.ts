import { getValue, setValue, unsetValue } from './path';
import type { Document, Value } from './tree';

const str = (text: string): Value => ({ kind: 'str', text });
const comment = { kind: 'comment', text: ' c', inline: false } as const;
const document: Document = {
  kind: 'map',
  items: [
    comment,
    { kind: 'item', key: 'a', value: str('1') },
    { kind: 'item', key: 'm', value: { kind: 'map', items: [{ kind: 'item', key: 'k', value: str('2') }] } },
    { kind: 'item', key: 'l', value: { kind: 'list', elements: [comment, str('x'), str('y')] } },
  ],
};

test('values by path; comments are no places', () => {
  expect(getValue([document], ['m', 'k'])).toEqual(str('2'));
  expect(getValue([document], ['l', 1])).toEqual(str('y'));
  expect(getValue([document], ['l', 2])).toBeUndefined();
  expect(getValue([document], ['a', 'k'])).toBeUndefined();
  expect(getValue([], ['a'])).toBeUndefined();
});

test.each([
  ['a new key', ['n']],
  ['a key that is there', ['a']],
  ['a nested key', ['m', 'k']],
  ['mappings that are made', ['x', 'y', 'z']],
  ['an element', ['l', 0]],
  ['an element at the end', ['l', 2]],
  ['__proto__', ['__proto__', 'constructor']],
] as const)('sets %s', (_, path) => {
  const [changed] = setValue([document], path, str('new'));
  expect(getValue([changed!], path)).toEqual(str('new'));
  expect(changed!.items[0]).toEqual(comment);
  const [restored] = unsetValue([changed!], path);
  expect(getValue([restored!], path)).toEqual(path[0] === 'l' && path[1] === 0 ? str('y') : undefined);
});

test('the order of keys stays', () => {
  const [changed] = setValue([document], ['a'], str('new'));
  expect(changed!.items.map((item) => (item.kind === 'item' ? item.key : '#'))).toEqual(['#', 'a', 'm', 'l']);
});

test('a path through a value is refused, not overwritten', () => {
  expect(() => setValue([document], ['a', 'b'], str('x'))).toThrow('does not contain such a step');
  expect(() => setValue([document], ['l', 'b'], str('x'))).toThrow('does not contain such a step');
  expect(() => setValue([document], ['m', 0], str('x'))).toThrow('does not contain such a step');
});

test('removing what is not there gives the same documents', () => {
  const documents = [document];
  expect(unsetValue(documents, ['m', 'nope'])).toBe(documents);
});
