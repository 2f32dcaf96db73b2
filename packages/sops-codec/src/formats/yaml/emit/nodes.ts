/** Follows sops v3.13.3: `stores/yaml/store.go`; go-yaml v3.0.4: `encode.go`, `emitterc.go`. */
import type { Comment, Item, Leaf, List, Mapping, Value } from '../../../model/tree';
import { isBlock as isBlockText, leafText, stringText } from './write-scalar';
import {
  addWaiting,
  startLine,
  writeBlock,
  writeHead,
  writeInline,
  writeLineAndFoot,
  writeSign,
  type Output,
} from './output';

/** The container of a node, on which the indentation of its content depends. */
type Holder = 'mapping' | 'sequence' | 'document';

/** Writes a document. */
export function writeRoot(output: Output, value: Value): void {
  announce(output, value);
  writeHead(output);
  const content = beginNode(output, value, 'document');
  writeLineAndFoot(output);
  content?.();
}

/** Items or elements with the comments above and after each, and those after the last one. */
interface Commented<Entry> {
  readonly entries: readonly {
    readonly entry: Entry;
    readonly above: readonly string[];
    readonly behind: readonly string[];
  }[];
  readonly leading: readonly string[];
  readonly trailing: readonly string[];
}

/** Source: sops `stores/yaml/store.go` (appendTreeBranch, appendSequence) */
function commented<Entry extends Item | Value>(all: readonly (Entry | Comment)[]): Commented<Entry> {
  const entries: { entry: Entry; above: readonly string[]; behind: readonly string[] }[] = [];
  let leading: readonly string[] = [];
  let above: string[] = [];
  let behind: string[] = [];
  for (const one of all) {
    if (isComment(one)) {
      (one.inline ? behind : above).push(one.text);
      continue;
    }
    // Comments above the first entry belong to the container.
    if (entries.length === 0) leading = above.splice(0);
    entries.push({ entry: one, above, behind });
    above = [];
    behind = [];
  }
  const rest = [...above, ...behind];
  return entries.length === 0
    ? { entries, leading: rest, trailing: [] }
    : { entries, leading, trailing: rest };
}

const isComment = (one: Item | Value | Comment): one is Comment => one.kind === 'comment';

const commentedIn = (value: Mapping | List): Commented<Item | Value> =>
  value.kind === 'map' ? commented<Item>(value.items) : commented<Value>(value.elements);

/** Adds the leading comments of a container: they go above its content, or above its dash. */
function announce(output: Output, value: Value): void {
  if (value.kind === 'map' || value.kind === 'list') addWaiting(output, 'head', commentedIn(value).leading);
}

/** Writes a leaf; for a container, returns the step that writes its content once the comments of its first line are written. */
function beginNode(output: Output, value: Value, holder: Holder): (() => void) | undefined {
  if (value.kind === 'map') return () => writeMapping(output, value, holder);
  if (value.kind === 'list') return () => writeList(output, value, holder);
  writeLeaf(output, value, holder);
  return undefined;
}

/** The surroundings of a node in its list or mapping. */
interface Around {
  readonly above: readonly string[];
  readonly behind: readonly string[];
  readonly below: readonly string[];
  /** Writes what precedes the node: its key, or a dash. */
  readonly lead: () => void;
}

/**
 * Writes a node with its comments. go-yaml writes comments after or below a block only after the next node, at times in
 * the middle of it: here they go above and directly below.
 */
function writeNode(
  output: Output,
  value: Value,
  holder: Holder,
  { above, behind, below, lead }: Around,
): void {
  const isLeaf = value.kind !== 'map' && value.kind !== 'list';
  const isBlock = !isLeaf && commentedIn(value).entries.length > 0;
  addWaiting(output, 'head', isBlock ? [...above, ...behind] : above);
  if (holder === 'sequence') announce(output, value);
  writeHead(output);
  startLine(output);
  lead();
  if (holder === 'mapping') announce(output, value);
  if (isLeaf) {
    addWaiting(output, 'line', behind);
    addWaiting(output, 'foot', below);
  }
  const content = beginNode(output, value, holder);
  writeLineAndFoot(output);
  if (!isLeaf && !isBlock) {
    addWaiting(output, 'line', behind);
    addWaiting(output, 'foot', below);
  }
  content?.();
  if (isBlock) addWaiting(output, 'foot', below);
  writeLineAndFoot(output);
}

/** Indents by one level: two columns after a dash, else to the next multiple of the step. */
function indented(output: Output, holder: Holder, write: () => void): void {
  const { indent } = output;
  output.indent = nextIndent(output, holder);
  write();
  output.indent = indent;
}

function nextIndent({ indent, step }: Output, holder: Holder): number {
  if (holder === 'document') return 0;
  return holder === 'sequence' ? indent + 2 : step * Math.floor((indent + step) / step);
}

function writeMapping(output: Output, mapping: Mapping, holder: Holder): void {
  const { entries, trailing } = commented<Item>(mapping.items);
  if (entries.length === 0) return writeEmptyMapping(output, holder);
  indented(output, holder, () => {
    for (const { entry, above, behind } of entries)
      writeNode(output, entry.value, 'mapping', {
        above,
        behind,
        below: [],
        lead: () => writeKey(output, entry),
      });
    addWaiting(output, 'tail', trailing);
    writeHead(output);
  });
}

function writeEmptyMapping(output: Output, holder: Holder): void {
  writeSign(output, '{', { separate: true, opens: true });
  indented(output, holder === 'document' ? 'mapping' : holder, () => writeHead(output));
  writeSign(output, '}');
  writeLineAndFoot(output);
}

function writeList(output: Output, list: List, holder: Holder): void {
  const { entries, trailing } = commented<Value>(list.elements);
  if (entries.length === 0) {
    writeSign(output, '[]', { separate: true });
    writeLineAndFoot(output);
    return;
  }
  indented(output, holder, () => {
    entries.forEach(({ entry, above, behind }, index) =>
      writeNode(output, entry, 'sequence', {
        above,
        behind,
        below: index === entries.length - 1 ? trailing : [],
        lead: () => writeSign(output, '-', { separate: true, indents: true }),
      }),
    );
  });
}

/** The longest key, in bytes, that is written on one line with its colon. */
const longestKey = 128;

function writeKey(output: Output, { key, value }: Item): void {
  if (key === '<<') {
    // A merge key must have mappings; in quotes it is an ordinary key.
    writeInline(output, holdsMappings(value) ? '!!merge <<' : '"<<"');
    return writeSign(output, ':');
  }
  if (!key.includes('\n') && Buffer.byteLength(key) <= longestKey) {
    writeInline(output, stringText(key));
    return writeSign(output, ':');
  }
  writeSign(output, '?', { separate: true, indents: true });
  writeLeaf(output, { kind: 'str', text: key }, 'mapping');
  startLine(output);
  writeSign(output, ':', { separate: true, indents: true });
}

const holdsMappings = (value: Value): boolean =>
  value.kind === 'map' ||
  (value.kind === 'list' && value.elements.every(({ kind }) => kind === 'map' || kind === 'comment'));

function writeLeaf(output: Output, leaf: Leaf, holder: Holder): void {
  if (leaf.kind !== 'str' || !isBlockText(leaf.text) || misindented(output, leaf.text, holder))
    return writeInline(output, leafText(leaf, output.exact));
  const { text } = leaf;
  const chomp = /(?:^|\n)\n$/.test(text) ? '+' : text.endsWith('\n') ? '' : '-';
  const digit = /^[ \n]/.test(text) ? String(output.step) : '';
  const block = holder === 'document' ? 'mapping' : holder;
  indented(output, block, () => writeBlock(output, `|${digit}${chomp}`, text.split('\n')));
}

/** go-yaml writes its step as the indentation of a text that begins with a blank, even where it indents by less. */
const misindented = (output: Output, text: string, holder: Holder): boolean =>
  /^[ \n]+[^\n]/.test(text) && nextIndent(output, holder) - Math.max(output.indent, 0) !== output.step;
