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

/** The codec of a format. @throws SopsError for a format that is not read here */
export function codecOf(format: Format): FormatCodec {
  const codec = codecs.get(format);
  if (codec) return codec;
  throw new SopsError('generic', {
    what: `files of format ${format} are not read here`,
    fix: `Use one of ${[...codecs.keys()].join(', ')}.`,
  });
}

/** The format that a path stands for by its suffix. Source: sops `cmd/sops/formats/formats.go` */
export function formatOf(path: string): Format {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.env')) return 'dotenv';
  if (path.endsWith('.ini')) return 'ini';
  return 'binary';
}
