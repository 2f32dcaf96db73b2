import { guarded } from '../model/guarded';
import { SopsError } from '../model/sops-error';
import type { Format } from '../model/tree';
import type { FormatCodec } from './codec/format-codec';
import { dotenv } from './dotenv/dotenv';
import { ini } from './ini/ini';
import { binary, json } from './json/json';
import { yaml } from './yaml/yaml';

const codecs: ReadonlyMap<Format, FormatCodec> = new Map([
  ['yaml', yaml],
  ['json', json],
  ['dotenv', dotenv],
  ['ini', ini],
  ['binary', binary],
]);

/** The codec of a format. @throws SopsError `unknownFormat` */
export function codecOf(format: Format): FormatCodec {
  const codec = codecs.get(format);
  if (codec) return codec;
  throw new SopsError('unknownFormat', {
    what: `unknown file format ${String(format).slice(0, 40)}`,
    fix: `Use one of ${[...codecs.keys()].join(', ')}.`,
  });
}

/** The format of a path, by its suffix. Source: sops `cmd/sops/formats/formats.go` */
export const formatOf = guarded('formatOf', function formatOf(path: string): Format {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.env')) return 'dotenv';
  if (path.endsWith('.ini')) return 'ini';
  return 'binary';
});
