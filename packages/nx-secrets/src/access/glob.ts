/**
 * Whether a pattern of a policy matches every text that `text` stands for. `*` stands for any characters and `?` for one, in
 * both: a `*` of the text is matched by a `*` of the pattern alone, so that `role/dev-*` covers `role/dev-?` and not the
 * other way round. Source: IAM User Guide, "Using wildcards in resource ARNs", StringLike.
 */
export function covers(pattern: string, text: string): boolean {
  let [at, inText, star, retry] = [0, 0, -1, 0];
  while (inText < text.length) {
    const wanted = pattern[at];
    const given = text[inText];
    if (wanted === '*') {
      star = at++;
      retry = inText;
    } else if (wanted !== undefined && given !== '*' && (wanted === given || wanted === '?')) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Whether two patterns may have a text in common: by what they begin and end with. Never `false` where they have one. */
export function mayOverlap(one: string, other: string): boolean {
  const heads = [one, other].map((pattern) => /^[^*?]*/.exec(pattern)?.[0] ?? '');
  const tails = [one, other].map((pattern) => /[^*?]*$/.exec(pattern)?.[0] ?? '');
  const [head = '', otherHead = ''] = heads;
  const [tail = '', otherTail = ''] = tails;
  if (!hasWildcard(one) || !hasWildcard(other)) return covers(one, other) || covers(other, one);
  return (
    (head.startsWith(otherHead) || otherHead.startsWith(head)) &&
    (tail.endsWith(otherTail) || otherTail.endsWith(tail))
  );
}

/** Whether a name stands for several. */
export const hasWildcard = (text: string): boolean => /[*?]/.test(text);
