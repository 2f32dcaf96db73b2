/**
 * How a stage gets fields in nx.json, for fixes. `init` writes `stages` as a list of names: whoever pastes an object of the
 * one stage over it would lose the others.
 */
export const stageFields = (stage: string, fields: Readonly<Record<string, unknown>>): string =>
  `"stages": ${JSON.stringify({ [stage]: fields })}, with the other stages kept; where "stages" is a list of names, each of them becomes "<name>": {}`;
