import type { Imported } from './imported';
import type { ImportChanges } from './plan';

/** What an import did to one secret file, or would do. */
export interface ImportOutcome {
  readonly imported: Imported;
  readonly service: string;
  readonly stage: string;
  /** Of the secret file, relative to the workspace. */
  readonly path: string;
  readonly changes: ImportChanges;
  /** The file was not decrypted, so nobody knows which value a key has in it. */
  readonly isUnopened?: boolean;
}

/** An import as JSON: what `--json` writes. Fields are only added, never renamed; there are key names, no values. */
export const importData = ({ imported, service, stage, path, changes }: ImportOutcome) => ({
  service,
  stage,
  path,
  source: imported.source,
  ...changes,
  normalised: imported.normalised,
  leftOut: imported.leftOut,
  notes: imported.notes,
});

/**
 * The lines that say what an import did: a line for each key, then what is to be known of the source.
 *
 * @param dryRun nothing was done yet
 */
export function importText(
  { imported, path, changes, isUnopened = false }: ImportOutcome,
  dryRun: boolean,
): string {
  const { added, replaced, unchanged, kept } = changes;
  const isSame = added.length + replaced.length === 0;
  const head = isSame
    ? `unchanged ${path}: ${kept.length > 0 ? `no value was taken from ${imported.source}` : `it has all values of ${imported.source}`}`
    : `${dryRun ? 'would import' : 'imported'} ${imported.source} into ${path}`;
  const lines = (what: string, keys: readonly string[], note = '') =>
    keys.map((key) => `  ${what.padEnd(10)} ${key}${note}`);
  return [
    head,
    ...lines('added', added),
    ...lines('replaced', replaced),
    ...lines('unchanged', unchanged),
    ...lines('kept', kept, isUnopened ? '' : '  (has another value in the file)'),
    ...imported.normalised.map(({ key, what }) => `  normalised ${key}: ${what}`),
    ...imported.leftOut.map(({ key, what }) => `  left out   ${key}: ${what}`),
    ...imported.notes.map((note) => `  note       ${note}`),
  ].join('\n');
}
