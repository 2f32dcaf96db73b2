/** Follows sops v3.13.3: `stores/yaml/store.go`; go-yaml v3.0.4: `yaml.go`, `encode.go`. */
import type { Document, Value } from '../../model/tree';
import { writeRoot } from './emit/nodes';
import { outputOf, startLine, writeSign, writeLineAndFoot } from './emit/output';

/**
 * Writes documents as go-yaml prints them for sops: block style, `---` between documents.
 *
 * @param exact for encrypted files, whose unencrypted values must match the MAC when they are read again
 */
export function writeYaml(documents: readonly Document[], indent: number, exact = false): string {
  const output = outputOf(indent, exact);
  documents.forEach((document, index) => {
    if (index > 0) {
      startLine(output);
      writeSign(output, '---', { separate: true });
      startLine(output);
    }
    writeRoot(output, document);
    // Comments that are left go below the document.
    output.footIndent = 0;
    writeLineAndFoot(output);
    output.footIndent = -1;
    startLine(output);
  });
  return output.text;
}

/** Writes one value, as `--extract` prints it: there the indentation is fixed. */
export function writeYamlValue(value: Value): string {
  const output = outputOf(4, false);
  writeRoot(output, value);
  output.footIndent = -1;
  startLine(output);
  return output.text;
}
