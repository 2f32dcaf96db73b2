import { isAlias, isMap, isScalar, visit, type Alias, type Document, type Node, type YAMLMap } from 'yaml';

/**
 * The nodes that the aliases of a document stand for. One walk for all, which looks for keys that stand twice, too: the
 * library would walk the document for each alias, and compare each key with each.
 *
 * @param problem makes the error of a place
 * @throws what `problem` gives, for an alias without anchor and for a key that stands twice
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
        if (!target) throw problem('an alias of no anchor', offsetOf(node));
        targets.set(node, target);
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const twice = isMap(node) ? keyThatStandsTwice(node) : undefined;
      if (twice) throw problem('a key that stands twice in one mapping', offsetOf(twice));
    },
  });
  return targets;
}

function keyThatStandsTwice({ items }: YAMLMap): Node | undefined {
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
