import ts from 'typescript';

/**
 * Words and phrases that this project does not use: idiom for which the field has a plain word. Each comes with what to
 * write instead.
 */
const banned = [
  [
    /\b(?:is|are|was|were|been|be|not) said\b|\bsaid (?:nowhere|so)\b/gi,
    'is configured, specified or reported',
  ],
  [/\bst(?:ands?|ood)\b(?! for\b| in for\b| alone\b)/gi, 'is, is defined'],
  [/\banew\b/gi, 'again, re-encrypt'],
  [/\b(?:is|are|be) had\b|\bhas not the\b/gi, 'have'],
  [/\bmend(?:s|ed|ing)?\b/gi, 'fix, correct'],
  [/\blies\b/gi, 'is'],
  [/\b(?:un)?foreseen\b/gi, 'preview, unexpected'],
  [/\bin clear\b/gi, 'unencrypted, in plaintext'],
  [/\bis there (?:twice|already|too)\b/gi, 'exists already'],
  [/\b(?<!there )is no (?!longer\b|more\b|matter\b)/gi, 'is not a'],
  [/\bnobody answered\b/gi, 'no answer'],
  [/\bbeside\b/gi, 'next to, besides'],
  [/\bobstacles?\b/gi, 'blocker'],
  [/\bhinders?\b/gi, 'prevents'],
  [/\bcannot be (?:told|had|said)\b|\bcannot say\b/gi, 'is unknown, cannot be represented'],
  [/\b(?:is|are|was|were) told\b(?! (?:to|apart|that|what|otherwise)\b)/gi, 'is reported, is known'],
  [/\ball the same\b(?! one\b)/gi, 'anyway, still'],
  [/\bgone on with\b/gi, 'resumed'],
  [/\btake(?:s|n)? back\b/gi, 'cancel, undo, remove'],
  [/\bsurplus\b/gi, 'redundant'],
  [/\bsurveys?\b/gi, 'read and plan'],
  [/\bwaive(?:s|d|rs?)?\b/gi, 'override'],
  [/\basked for at once\b/gi, 'cannot be combined'],
];

/** The banned words in a text, each with its place and what to write instead. */
export const bannedWords = (text) =>
  banned.flatMap(([pattern, instead]) =>
    [...text.matchAll(pattern)].map((found) => ({ index: found.index, word: found[0], instead })),
  );

/** The parts of a TypeScript or JavaScript file that people read: its strings and its comments, each with its offset. */
export function readablePartsOf(path, text) {
  const parts = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      parts.push({ index: node.getStart(), text: node.text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { index, 0: comment } of text.matchAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/g))
    parts.push({ index, text: comment.replaceAll(/\n\s*\*?\s*/g, ' ') });
  return parts;
}
