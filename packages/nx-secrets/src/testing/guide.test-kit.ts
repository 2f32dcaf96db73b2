import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A code block of a guide. */
export interface Block {
  /** The heading that it is below. */
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

/** The code blocks of a guide in docs/, in their order. */
export function readGuide(name: string): readonly Block[] {
  const text = readFileSync(join(__dirname, '../../../../docs', name), 'utf8');
  const blocks: Block[] = [];
  let heading = '';
  for (const [, title, language = '', body = ''] of text.matchAll(/^## (.+)$|^```(\w+)\n([^]*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, language, text: body });
    else heading = title;
  }
  return blocks;
}

/** The commands below a heading, a line each; a heading without commands is a mistake of the test. */
export function commandsUnder(blocks: readonly Block[], heading: string): readonly string[] {
  const lines = blocks
    .filter((block) => block.heading === heading && block.language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'))
    .filter((line) => !line.startsWith('#'));
  if (lines.length === 0) throw new Error(`the guide has no commands under "${heading}"`);
  return lines;
}

/** All blocks of a language. */
export const blocksOf = (blocks: readonly Block[], language: string): readonly string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

/** The first block of a language. */
export function blockOf(blocks: readonly Block[], language: string, heading?: string): string {
  const found = blocks.find(
    (block) => block.language === language && (heading === undefined || block.heading === heading),
  );
  if (!found) throw new Error(`the guide has no ${language} block`);
  return found.text;
}
