/** Follows go-yaml v3.0.4: `yaml.go`. */
import type { Mark, ScalarStyle } from '../scan/token';

/** Comments of a node: above it, after it on its line, below it. Several lines are one text. */
export interface Comments {
  head: string;
  line: string;
  foot: string;
}

interface Placed extends Comments {
  readonly mark: Mark;
  /** The full tag; `!` for the non-specific tag, undefined without one. */
  readonly tag: string | undefined;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
}
export interface AliasNode extends Placed {
  readonly kind: 'alias';
  readonly target: YamlNode;
}
export interface SequenceNode extends Placed {
  readonly kind: 'sequence';
  readonly elements: YamlNode[];
}
export interface MappingNode extends Placed {
  readonly kind: 'mapping';
  readonly pairs: { readonly key: YamlNode; readonly value: YamlNode }[];
}
export type YamlNode = ScalarNode | AliasNode | SequenceNode | MappingNode;

/** A document: its content, and the comments that belong to the document itself. */
export interface DocumentNode extends Comments {
  readonly content: YamlNode;
}

/** The properties of a node, before its content. */
export interface Properties {
  readonly mark: Mark;
  readonly tag: string | undefined;
  readonly anchor: string | undefined;
}

export const noComments = (): Comments => ({ head: '', line: '', foot: '' });

/** The node of a missing value, without comments. */
export const emptyScalar = (mark: Mark, tag?: string): ScalarNode => ({
  kind: 'scalar',
  mark,
  tag,
  text: '',
  style: 'plain',
  ...noComments(),
});

export const emptySequence = ({ mark, tag }: Properties, comments: Comments): SequenceNode => ({
  kind: 'sequence',
  elements: [],
  mark,
  tag,
  ...comments,
});

export const emptyMapping = ({ mark, tag }: Properties, comments: Comments): MappingNode => ({
  kind: 'mapping',
  pairs: [],
  mark,
  tag,
  ...comments,
});
