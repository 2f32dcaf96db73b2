/**
 * The lines that differ between two texts, with `-` and `+` in front; those that are in both are left out.
 *
 * @param {string} before
 * @param {string} after
 * @returns {readonly string[]}
 */
export function lineChanges(before, after) {
  const [a, b] = [before, after].map((text) => text.split('\n'));
  const common = longestCommon(a, b);
  const changes = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...common, [a.length, b.length]]) {
    while (i < x) changes.push(`- ${a[i++]}`);
    while (j < y) changes.push(`+ ${b[j++]}`);
    [i, j] = [x + 1, y + 1];
  }
  return changes;
}

/** Pairs of indices of the longest common subsequence; equal beginnings and ends are taken as they are. */
function longestCommon(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [rows, columns] = [a.length - start - end, b.length - start - end];
  const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let i = rows - 1; i >= 0; i -= 1)
    for (let j = columns - 1; j >= 0; j -= 1)
      lengths[i][j] =
        a[start + i] === b[start + j]
          ? lengths[i + 1][j + 1] + 1
          : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  const pairs = Array.from({ length: start }, (_, index) => [index, index]);
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  for (let index = end; index > 0; index -= 1) pairs.push([a.length - index, b.length - index]);
  return pairs;
}
