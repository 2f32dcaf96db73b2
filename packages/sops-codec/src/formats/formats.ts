import { SopsError } from '../model/sops-error';
import type { Format } from '../model/tree';
import type { FormatCodec } from './format';
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
