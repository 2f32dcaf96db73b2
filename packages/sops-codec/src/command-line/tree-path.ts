import type { Path } from '../model/path';
import { SopsError } from '../model/sops-error';

/**
 * Parses a path like `["key"][0]['other']`. Source: sops `cmd/sops/main.go` (parseTreePath)
 *
 * @throws SopsError `badTreePath`
 */
export function parseTreePath(text: string): Path {
  const steps = [...text.matchAll(/\[(?:"([^"]*)"|'([^']*)'|([0-9]+))\]/g)];
  if (steps.length === 0 || steps.map(([step]) => step).join('') !== text.trim()) {
    throw new SopsError('badTreePath', {
      what: 'not a path in a file',
      where: text.slice(0, 80),
      fix: `Write it as ["key"][0]["other"].`,
    });
  }
  return steps.map(([, double, single, index]) => double ?? single ?? Number(index));
}
