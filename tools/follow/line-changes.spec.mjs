import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineChanges } from './line-changes.mjs';

describe('lineChanges', () => {
  const cases = [
    ['nothing', 'a\nb', 'a\nb', []],
    ['a line that is new', 'a\nc', 'a\nb\nc', ['+ b']],
    ['a line that is gone', 'a\nb\nc', 'a\nc', ['- b']],
    ['a line that is another one', 'a\nb\nc', 'a\nx\nc', ['- b', '+ x']],
    ['lines at both ends', 'a\nm\nb', 'c\nm\nd', ['- a', '+ c', '- b', '+ d']],
    ['all of a text', '', 'a', ['- ', '+ a']],
    ['a line that comes twice', 'a\na', 'a\na\na', ['+ a']],
  ];
  for (const [name, before, after, changes] of cases)
    test(name, () => assert.deepEqual(lineChanges(before, after), changes));
});
