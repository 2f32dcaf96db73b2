import type { Comment, Document, Item, Leaf, List, Mapping, Value } from '../model/tree';
import { isCommentRule, type SelectionRule, type Selector } from '../rules/selection';

/** What a walk does with one leaf or comment. */
export interface Visit {
  /** Mapping keys from the root; a comment has those of what contains it. */
  readonly path: readonly string[];
  /** Whether the rule selects it for encryption. */
  readonly selected: boolean;
  /** Whether it is in a list, at any depth. */
  readonly inList: boolean;
  /** Whether it is an element of a list, not the value of a key. */
  readonly isElement: boolean;
  /** Whether it is a comment in a container without anything else, which a key of the path holds. */
  readonly isAlone: boolean;
}

/** Returns the replacement of a leaf or comment. An element of a list may become a comment, the value of a key may not. */
export interface Visitor {
  readonly leaf: (leaf: Leaf, visit: Visit) => Leaf | Comment;
  readonly comment: (comment: Comment, visit: Visit) => Comment;
}

/**
 * Walks documents in order, depth first, and returns them with what the visitor replaced. Tracks the comments that are
 * active for the comment rules: those since the last item of each enclosing mapping or list.
 */
export function walk(
  documents: readonly Document[],
  rule: SelectionRule,
  selects: Selector,
  visitor: Visitor,
): readonly Document[] {
  const byComment = isCommentRule(rule);
  const levels: string[][] = [];
  const path: string[] = [];
  let lists = 0;
  const active = () => (byComment ? levels.flat() : []);

  const visitComment = (comment: Comment, isAlone: boolean): Comment => {
    // For encrypted_comment_regex a marker does not select itself: it stays readable.
    const before = active();
    levels.at(-1)?.push(comment.text);
    const comments = rule.kind === 'encrypted_comment_regex' ? before : active();
    const inList = lists > 0;
    return visitor.comment(comment, {
      path,
      selected: selects(path, comments),
      inList,
      isElement: false,
      isAlone,
    });
  };

  const visitValue = (value: Value, byKey: boolean): Value | Comment => {
    switch (value.kind) {
      case 'map':
        return visitMapping(value, byKey);
      case 'list':
        return visitList(value, byKey);
      default:
        return visitor.leaf(value, {
          path,
          selected: selects(path, active()),
          inList: lists > 0,
          isElement: !byKey,
          isAlone: false,
        });
    }
  };

  const visitMapping = (mapping: Mapping, byKey = false): Mapping => {
    levels.push([]);
    const isAlone = byKey && mapping.items.every(isComment);
    const items = mapping.items.map((item): Item | Comment => {
      if (item.kind === 'comment') return visitComment(item, isAlone);
      path.push(item.key);
      const value = visitValue(item.value, true);
      path.pop();
      levels[levels.length - 1] = [];
      return value.kind === 'comment' ? { ...item } : { kind: 'item', key: item.key, value };
    });
    levels.pop();
    return { kind: 'map', items };
  };

  const visitList = (list: List, byKey: boolean): List => {
    levels.push([]);
    const isAlone = byKey && list.elements.every(isComment);
    lists += 1;
    const elements = list.elements.map((element) => {
      if (element.kind === 'comment') return visitComment(element, isAlone);
      const value = visitValue(element, false);
      if (value.kind === 'comment') levels.at(-1)?.push(value.text);
      else levels[levels.length - 1] = [];
      return value;
    });
    levels.pop();
    lists -= 1;
    return { kind: 'list', elements };
  };

  return documents.map((document) => visitMapping(document));
}

const isComment = ({ kind }: Item | Value | Comment): boolean => kind === 'comment';

/** The additional data of a value: its keys, each followed by a colon; a colon for no keys. Source: sops `aes/cipher.go`. */
export const additionalData = (path: readonly string[]): string => `${path.join(':')}:`;
