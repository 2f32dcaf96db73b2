/** Longest JSON that is shown on one line. */
const oneLine = 140;

/**
 * How a stage gets fields in nx.json, for the end of a fix that names the place. `init` writes `stages` as a list of names:
 * whoever pastes an object of the one stage over it would lose the others.
 */
export const stageFields = (stage: string, fields: Readonly<Record<string, unknown>>): string =>
  [
    '',
    `"stages": ${shownJson({ [stage]: fields })}`,
    'Keep the other stages; where "stages" is a list of names, write each of them as "<name>": {}.',
  ].join('\n');

/** JSON as people write it. */
function shownJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 2);
  const line = lines.replaceAll(/\s*\n\s*/g, ' ');
  return line.length > oneLine ? lines : line;
}
