import { refusal } from './guard';

describe('refusal', () => {
  it.each(['127.0.0.1:4599', 'localhost:4599', 'localhost', '[::1]:4599', 'LOCALHOST:1'])(
    'lets %s through',
    (host) => {
      expect(refusal({ host })).toBeUndefined();
    },
  );

  it.each([
    'evil.example:4599',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1:4599',
    '',
    undefined,
  ])('stops the host %j', (host) => {
    expect(refusal({ host })).toMatch(/Host/);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:4599'])('stops the origin %s', (origin) => {
    expect(refusal({ host: 'localhost', origin })).toMatch(/Origin/);
  });
});
