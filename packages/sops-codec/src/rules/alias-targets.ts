import { isAlias, isMap, isScalar, visit, type Alias, type Document, type Node, type YAMLMap } from 'yaml';

/**
 * The targets of the aliases of a document. A single walk finds them, and keys that are defined twice: the library would
 * walk the document for each alias, and compare each key with each.
 *
 * @param problem creates the error of a place
 * @throws the error of `problem` for an alias without an anchor and for a key that is defined twice
 */
export function aliasTargets(
  document: Document,
  problem: (what: string, offset: number) => Error,
): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (!target) throw problem('an alias without an anchor', offsetOf(node));
        targets.set(node, target);
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const duplicate = isMap(node) ? duplicateKey(node) : undefined;
      if (duplicate) throw problem('a key is defined twice in one mapping', offsetOf(duplicate));
    },
  });
  return targets;
}

function duplicateKey({ items }: YAMLMap): Node | undefined {
  const known = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = String(key.source ?? key.value);
    if (known.has(name)) return key;
    known.add(name);
  }
  return undefined;
}

const offsetOf = ({ range }: Node): number => range?.[0] ?? 0;
