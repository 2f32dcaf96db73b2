import { randomBytes } from 'node:crypto';
import { SopsError } from '../model/sops-error';

/** GF(2^8) with the polynomial x^8+x^4+x^3+x+1: tables of powers of the generator 3, and logarithms. */
const exp = new Uint8Array(510);
const log = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  exp[power] = value;
  exp[power + 255] = value;
  log[value] = power;
  value ^= (value << 1) ^ (value & 0x80 ? 0x11b : 0);
  value &= 0xff;
}

const multiply = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (exp[(log[a] ?? 0) + (log[b] ?? 0)] ?? 0);
const divide = (a: number, b: number): number =>
  a === 0 ? 0 : (exp[(log[a] ?? 0) + 255 - (log[b] ?? 0)] ?? 0);

/**
 * Splits a secret into shares: its bytes, followed by the share's x. Source: sops `shamir/shamir.go`.
 *
 * @throws SopsError unless 2 ≤ threshold ≤ count ≤ 255
 */
export function splitSecret(secret: Uint8Array, count: number, threshold: number): readonly Uint8Array[] {
  if (!(threshold >= 2 && threshold <= count && count <= 255)) {
    throw new SopsError('conflictingParameters', {
      exitCode: 1,
      what: `a threshold of ${threshold} of ${count} key groups is not possible`,
      where: 'shamir_threshold',
      fix: 'Set it from 2 to the number of groups, of which there may be 255.',
    });
  }
  const randoms = Array.from({ length: threshold - 1 }, () => randomBytes(secret.length));
  const coefficients = [secret, ...randoms];
  const shares = Array.from({ length: count }, (_, index) => {
    const x = index + 1;
    const share = new Uint8Array(secret.length + 1);
    for (let at = 0; at < secret.length; at += 1) {
      share[at] = coefficients.reduceRight((sum, bytes) => multiply(sum, x) ^ (bytes[at] ?? 0), 0);
    }
    share[secret.length] = x;
    return share;
  });
  randoms.forEach((bytes) => bytes.fill(0));
  return shares;
}

/** Combines shares: Lagrange interpolation at 0. @throws SopsError for shares that do not belong together */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array {
  const length = shares[0]?.length ?? 0;
  const xs = shares.map((share) => share.at(-1) ?? 0);
  if (
    shares.length < 2 ||
    length < 2 ||
    shares.some((share) => share.length !== length) ||
    new Set(xs).size !== xs.length ||
    xs.includes(0)
  ) {
    throw new SopsError('badWrappedKey', {
      what: 'the shares of the data key do not belong together',
      fix: 'Restore the file from Git.',
    });
  }
  const secret = new Uint8Array(length - 1);
  shares.forEach((share, i) => {
    const weight = xs.reduce(
      (product, x, j) => (i === j ? product : multiply(product, divide(x, x ^ (xs[i] ?? 0)))),
      1,
    );
    for (let at = 0; at < secret.length; at += 1)
      secret[at] = (secret[at] ?? 0) ^ multiply(share[at] ?? 0, weight);
  });
  return secret;
}
