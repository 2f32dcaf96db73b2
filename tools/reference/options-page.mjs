import { join } from 'node:path';
import prettier from 'prettier';
import { repository } from '../packages.mjs';

/** Where the page is kept. */
export const optionsPagePath = join(repository, 'docs/options.md');

/**
 * The page of all options: of nx.json, of each generator, of each target.
 *
 * @param {object} nxJson the schema of the plugin's options
 * @param {{generators: readonly import('./commands.mjs').Command[], targets: readonly import('./commands.mjs').Command[]}} all
 * @returns {Promise<string>} formatted as every page is
 */
export async function optionsPage(nxJson, { generators, targets }) {
  const text = [
    '# All options',
    '<!-- Made from the schemas of packages/nx-secrets by `node tools/reference/write.mjs`; the tests compare it. -->',
    'Every option of nx.json, of each generator and of each target, with its type and default, as the schemas have them; `--help` of a command shows the same. What they do together is in the [reference](reference.md).',
    '## nx.json',
    'The `options` of the plugin in nx.json. An editor completes and checks them with `"$schema": "./node_modules/nx-secrets/nx-json.schema.json"` at the top of nx.json, which has Nx\'s own schema in it.',
    ...(nxJson.examples ?? []).map((example) => code('json', JSON.stringify(example, null, 2))),
    table('option', fieldsOf(nxJson, nxJson.definitions)),
    '## Generators',
    "Run with `npx nx g secrets:<generator>`, in a service's folder or with `--project`; `--dry-run` is Nx's own and shows what would be written.",
    ...generators.flatMap((command) => sectionOf(command, '###')),
    '## Targets',
    'Run with `npx nx run <project>:<target>`, `npx nx affected -t <target>` or `npx nx run-many -t <target>`. Options can be in project.json and nx.json as well, under the names without dashes.',
    ...targets.flatMap((command) => sectionOf(command, '###')),
  ].join('\n\n');
  const options = await prettier.resolveConfig(optionsPagePath);
  return prettier.format(text, { ...options, filepath: optionsPagePath });
}

function sectionOf({ name, description, schema, kinds }, mark) {
  const examples = (schema.examples ?? []).map(({ command, description: what }) =>
    what ? `# ${what}\n${asInPages(command)}` : asInPages(command),
  );
  const rows = Object.entries(schema.properties)
    .filter(([, field]) => field['x-priority'] !== 'internal')
    .map(([option, field]) => ({
      name: nameOf(option, field),
      type: kinds[option] ? (kindNames[kinds[option]] ?? kinds[option]) : typeOf(field),
      ...wordsOf(field),
      ...(schema.required?.includes(option) ? { preset: 'required' } : {}),
    }));
  return [
    `${mark} ${name}`,
    sentence(schema.description ?? schema.title ?? description),
    ...(examples.length > 0 ? [code('sh', examples.join('\n\n'))] : []),
    ...(rows.length > 0 ? [table('option', rows)] : []),
  ];
}

/** The fields of an object of options, and of the objects in it, by path. */
function fieldsOf(schema, definitions, path = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}${name}`;
    const inner = [field, ...(field.anyOf ?? [])].flatMap((one) => innerOf(one, at, definitions));
    return [{ name: `\`${at}\``, type: typeOf(field, definitions), ...wordsOf(field) }, ...inner];
  });
}

function innerOf(field, at, definitions) {
  if (field.properties) return fieldsOf(field, definitions, `${at}.`);
  const named = field.additionalProperties;
  if (typeof named === 'object' && named.$ref) {
    const target = definitionOf(named, definitions);
    return [target, ...(target.anyOf ?? [])].flatMap((one) => fieldsOf(one, definitions, `${at}.*.`));
  }
  return [];
}

const definitionOf = ({ $ref }, definitions) => definitions[$ref.replace('#/definitions/', '')];

/** What the kinds of a target's options are called. */
const kindNames = {
  flag: 'flag',
  names: 'names',
  'secret-names': 'names of secrets',
  'alias-names': 'aliases of keys',
  'flag-or-names': 'flag, or names of secrets',
  number: 'number',
  text: 'text',
};

const typeNames = { boolean: 'flag', string: 'text', integer: 'number', number: 'number', object: 'object' };

function typeOf(field, definitions) {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.$ref) return typeOf(definitionOf(field, definitions), definitions);
  const choices = field.anyOf ?? field.oneOf;
  if (choices) return [...new Set(choices.map((one) => typeOf(one, definitions)))].join(', or ');
  if (field.type === 'array')
    return field.items ? `list of ${plural(typeOf(field.items, definitions))}` : 'list';
  return typeNames[field.type] ?? field.type ?? 'anything';
}

const plural = (type) =>
  ({ text: 'texts', object: 'objects', 'text, or object': 'texts or objects' })[type] ?? type;

/** Default and meaning. A default that only a sentence can say is the last one of the description. */
function wordsOf({ default: preset, description = '', minimum, maximum }) {
  const [, meaning, said] = /^([^]*?)\s*Default: ([^]+)\.$/.exec(description) ?? [undefined, description];
  const range = minimum === undefined || /\d+ to \d+/.test(meaning) ? '' : ` ${minimum} to ${maximum}.`;
  return {
    preset: preset === undefined || preset === false ? (said ?? '') : `\`${preset}\``,
    meaning: `${meaning}${range}`,
  };
}

const table = (title, rows) =>
  [
    `| ${title} | type | default | meaning |`,
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ name, type, preset, meaning }) =>
        `| ${cell(name)} | ${cell(type)} | ${cell(preset)} | ${cell(meaning)} |`,
    ),
  ].join('\n');

/** An option as it is passed; the first argument goes without its name. */
const nameOf = (option, { $default: source }) =>
  source?.$source === 'argv' ? `\`<${option}>\`, or \`--${dashed(option)}\`` : `\`--${dashed(option)}\``;

const dashed = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** Pages have the short name, help has the one that every workspace has. */
const asInPages = (command) => command.replaceAll('nx g nx-secrets:', 'nx g secrets:');
const sentence = (text) => marked(/[.:]$/.test(text) ? text : `${text}.`);
const code = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;
const cell = (text) => marked(text).replaceAll('|', '\\|');

/** What would be markup on a page, as code: placeholders, patterns. */
const marked = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replaceAll(
            /--[a-z][\w-]*(?:=[\w<>/{}-]+(?:,[\w-]+)*)?|\{\w+\}|[\w./-]*<[\w ]+>[\w./<>-]*\w>?|<[\w ]+>/g,
            '`$&`',
          ),
    )
    .join('');
