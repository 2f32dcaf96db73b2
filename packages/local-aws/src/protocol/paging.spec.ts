import fc from 'fast-check';
import { page } from './paging';

function allPages(items: readonly string[], limit: number, descending: boolean): string[] {
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const found = page(items, { id: (item) => item, limit, token, descending })!;
    expect(found.items.length).toBeLessThanOrEqual(limit);
    seen.push(...found.items);
    token = found.next;
  } while (token !== undefined && seen.length <= items.length);
  return seen;
}

describe('page', () => {
  it('gives every item once and in order, however long the pages are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (items, limit, descending) => {
          const sorted = [...items].sort();
          if (descending) sorted.reverse();
          expect(allPages(items, limit, descending)).toEqual(sorted);
        },
      ),
    );
  });

  it('skips nothing when an item of the page before is gone', () => {
    const id = (item: string): string => item;
    const { next } = page(['a', 'b', 'c'], { id, limit: 2, token: undefined })!;
    expect(page(['a', 'c'], { id, limit: 2, token: next })?.items).toEqual(['c']);
  });

  it('does not take a token that it has not made', () => {
    expect(page(['a'], { id: (item) => item, limit: 1, token: '!' })).toBeUndefined();
  });
});
