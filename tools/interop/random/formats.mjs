import fc from 'fast-check';
import { dotenvText } from './dotenv.mjs';
import { iniText } from './ini.mjs';
import { jsonText } from './json.mjs';
import { yamlText } from './yaml.mjs';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.oneof(fc.string({ unit: 'grapheme' }), jsonText).map((text) => Buffer.from(text)),
);

/** Random texts of each format; of YAML with comments where they are kept, and with comments anywhere. */
export const randomTexts = [
  { name: 'YAML', format: 'yaml', text: yamlText('tame'), comments: 'tame' },
  { name: 'YAML with comments anywhere', format: 'yaml', text: yamlText('wild'), comments: 'wild' },
  { name: 'JSON', format: 'json', text: jsonText, comments: 'tame' },
  { name: 'dotenv', format: 'dotenv', text: dotenvText, comments: 'tame' },
  { name: 'INI', format: 'ini', text: iniText, comments: 'tame' },
  { name: 'binary', format: 'binary', text: bytes, comments: 'tame' },
];
