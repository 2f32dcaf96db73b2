/** Kinds of sources whose content is a text. */
export const textKinds = [
  'sops',
  'dotenv',
  'json',
  'yaml',
  'ini',
  'properties',
  'kubernetes',
  'doppler',
  'infisical',
] as const;

export type TextKind = (typeof textKinds)[number];

/**
 * What a source is by its name, and where that says nothing by its content; undefined where both leave it open.
 *
 * @param path of the file; undefined for standard input
 */
export function detect(path: string | undefined, text: string): TextKind | undefined {
  const kind = path === undefined ? undefined : byName(path);
  if (kind === 'yaml' || kind === undefined) {
    if (isManifest(text)) return 'kubernetes';
  }
  return kind ?? (/^\s*[[{]/.test(text) ? 'json' : undefined);
}

function byName(path: string): TextKind | undefined {
  const name = path.slice(path.search(/[^/\\]*$/));
  if (/^\.env(?:\.|$)|\.env$/i.test(name)) return 'dotenv';
  const extension = /\.([A-Za-z]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return byExtension.get(extension);
}

const byExtension: ReadonlyMap<string, TextKind> = new Map([
  ['json', 'json'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['ini', 'ini'],
  ['properties', 'properties'],
  ['env', 'dotenv'],
]);

/** A manifest of Kubernetes has both at the beginning of a line. */
const isManifest = (text: string): boolean => /^apiVersion:\s/m.test(text) && /^kind:\s/m.test(text);
