import { join } from 'node:path';
import prettier from 'prettier';
import { repository } from '../packages.mjs';

/** Where the page is kept. */
export const pagePath = join(repository, 'docs/sops-codec-members.md');

const kinds = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['value', 'Values'],
  ['type', 'Types'],
];

/**
 * The page of all exported members.
 *
 * @param {readonly import('./members.mjs').Member[]} members
 * @returns {Promise<string>} formatted as every page is
 */
export async function pageOf(members) {
  const parts = kinds.flatMap(([kind, title]) => [
    `## ${title}`,
    ...members.filter((member) => member.kind === kind).flatMap(sectionOf),
  ]);
  const text = [
    '# sops-codec: all members',
    '<!-- Made from the TSDoc of packages/sops-codec/src by `node tools/reference/write.mjs`; the tests compare it. -->',
    'Every exported member. [sops-codec-api.md](sops-codec-api.md) shows how they are used together.',
    ...parts,
  ].join('\n\n');
  const options = await prettier.resolveConfig(pagePath);
  return prettier.format(text, { ...options, filepath: pagePath });
}

function sectionOf({ name, code, text, params, returns, throws, members }) {
  const lines = [
    ...params.map((param) => `- \`${param.name}\`: ${cell(param.text)}`),
    ...(returns ? [`- Returns ${cell(returns)}`] : []),
    ...(throws ? [`- Throws ${cell(throws)}`] : []),
  ];
  const rows = members.map(
    (member) =>
      `| \`${member.name}${member.isOptional ? '?' : ''}\` | \`${cell(member.type)}\` | ${cell(member.text)} |`,
  );
  return [
    `### ${name}`,
    ...(code ? [`\`\`\`typescript\n${code}\n\`\`\``] : []),
    cell(text),
    ...(lines.length > 0 ? [lines.join('\n')] : []),
    ...(rows.length > 0 ? [['| member | type | meaning |', '| --- | --- | --- |', ...rows].join('\n')] : []),
  ];
}

const cell = (text) => text.replaceAll('|', '\\|');
