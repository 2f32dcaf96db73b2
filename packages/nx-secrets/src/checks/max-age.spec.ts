import { readMaxAge } from './max-age';

test.each([
  ['90d', '2026-03-31T12:00:00Z', '2025-12-31T12:00:00.000Z'],
  ['12w', '2026-03-31T12:00:00Z', '2026-01-06T12:00:00.000Z'],
  ['1m', '2026-03-31T12:00:00Z', '2026-02-28T12:00:00.000Z'],
  ['1m', '2028-03-31T12:00:00Z', '2028-02-29T12:00:00.000Z'],
  ['6m', '2026-03-15T00:00:00Z', '2025-09-15T00:00:00.000Z'],
  ['1y', '2028-02-29T00:00:00Z', '2027-02-28T00:00:00.000Z'],
  ['9999y', '2026-01-01T00:00:00Z', '-007973-01-01T00:00:00.000Z'],
])('%s before %s is %s', (text, now, since) => {
  expect(readMaxAge(text, new Date(now)).since?.toISOString()).toBe(since);
});

test.each(['0d', '0y'])('%s is the age of every value', (text) => {
  expect(readMaxAge(text, new Date())).toEqual({ text, since: undefined });
});

test.each(['', '90', 'd', '-1d', '1.5d', '90 days', '90D', '1h', '99999d', '1d; rm'])(
  '%j is not a valid age',
  (text) => expect(() => readMaxAge(text, new Date())).toThrow(/is not a valid age[^]*--max-age=90d/),
);
