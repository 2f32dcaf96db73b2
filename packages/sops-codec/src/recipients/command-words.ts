/** The words of a command line, without their quotes. No shell is involved: `$`, `*`, `<` and the like are plain text. */
export async function commandWords(text: string): Promise<readonly string[]> {
  const { parse } = await import('shell-quote');
  return parse(text, (name) => `$${name}`).map((word) => {
    if (typeof word === 'string') return word;
    if ('comment' in word) return `#${word.comment}`;
    return word.op === 'glob' ? word.pattern : word.op;
  });
}
