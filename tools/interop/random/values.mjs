/** Looks into documents of the codec: their values, their encrypted texts, places that can be changed. */

/**
 * Values in order with their keys and types, comments left out, as text: two lists of documents with the same text hold
 * the same.
 */
export const valuesOf = (documents) => JSON.stringify(documents.map(bare));

function bare(value) {
  switch (value.kind) {
    case 'map':
      return {
        map: value.items.flatMap((item) => (item.kind === 'item' ? [[item.key, bare(item.value)]] : [])),
      };
    case 'list':
      return { list: value.elements.filter(({ kind }) => kind !== 'comment').map(bare) };
    case 'bytes':
      return { str: Buffer.from(value.bytes).toString('latin1'), bytes: true };
    case 'float':
      return { float: Object.is(value.value, -0) ? '-0' : String(value.value) };
    case 'null':
      return null;
    default:
      return { [value.kind]: String(value.text ?? value.value) };
  }
}

/** The same, as a text format without types of its own reads it back: a float without a fraction is an int to it. */
export const looseValuesOf = (documents) =>
  valuesOf(documents).replace(/\{"(?:int|float)":"([^"]*)"\}/g, (_, text) =>
    JSON.stringify({ number: text === '-0' ? text : Number(text) }),
  );

/** Leaves and comments with the keys that lead to them, in order. */
export function leavesOf(documents) {
  const leaves = [];
  const visit = (value, path) => {
    if (value.kind === 'map') {
      for (const item of value.items) {
        if (item.kind === 'comment') leaves.push({ path, leaf: item });
        else visit(item.value, [...path, item.key]);
      }
    } else if (value.kind === 'list')
      value.elements.forEach((element, index) => visit(element, [...path, index]));
    else leaves.push({ path, leaf: value });
  };
  documents.forEach((document, index) => visit(document, [index]));
  return leaves;
}

/** All comments, wherever they are. */
export const commentsOf = (documents) =>
  leavesOf(documents)
    .flatMap(({ leaf }) =>
      leaf.kind === 'comment' && leaf.text.trim() !== '' ? leaf.text.trim().split('\n') : [],
    )
    .sort()
    .join('\n');

/** Paths of the first document's values that can be changed by path: through keys that are defined once. */
export function pathsOf([document]) {
  const paths = [];
  const visit = (value, path) => {
    if (path.length > 0) paths.push(path);
    if (value.kind === 'map') {
      const keys = value.items.flatMap((item) => (item.kind === 'item' ? [item.key] : []));
      for (const item of value.items)
        if (item.kind === 'item' && keys.indexOf(item.key) === keys.lastIndexOf(item.key))
          visit(item.value, [...path, item.key]);
    } else if (value.kind === 'list')
      value.elements
        .filter(({ kind }) => kind !== 'comment')
        .forEach((element, index) => visit(element, [...path, index]));
  };
  if (document) visit(document, []);
  return paths;
}
