import type { Path } from '../model/path';
import { SopsError } from '../model/sops-error';

/**
 * Parses a path like `["key"][0]['other']`. A key is all that is between its quotes; none can contain "[". An empty text is
 * the whole document. Source: sops `cmd/sops/main.go` (parseTreePath)
 *
 * @throws SopsError `badTreePath`
 */
export const parseTreePath = (text: string): Path =>
  text
    .split('[')
    .filter((step) => step !== '')
    .map((step) => {
      const [, , key, index] = /^(?:(["'])([^]*)["']|\+?([0-9]{1,9}))\]$/.exec(step) ?? [];
      if (key !== undefined) return key;
      if (index !== undefined) return Number(index);
      throw new SopsError('badTreePath', {
        what: 'not a path in a file',
        where: text.slice(0, 80),
        fix: `Write it as ["key"][0]["other"].`,
      });
    });
