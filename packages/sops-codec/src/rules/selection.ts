import { compileRegex } from './regex';

/** Which values of a file are encrypted; a file has at most one rule. Source: sops `sops.go` (shouldBeEncrypted). */
export type SelectionRule =
  | {
      /** Whether keys with the suffix are encrypted, or all others. */
      readonly kind: 'unencrypted_suffix' | 'encrypted_suffix';
      /** The end of the keys. */
      readonly suffix: string;
    }
  | {
      /** Whether keys, or comments above them, match; and whether what matches is encrypted, or all others. */
      readonly kind:
        'unencrypted_regex' | 'encrypted_regex' | 'unencrypted_comment_regex' | 'encrypted_comment_regex';
      /** An RE2 expression. */
      readonly pattern: string;
    };

/** The names of the six rules, as metadata and configuration spell them. */
export const ruleNames = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const;

/** Assumed where a file names no rule. */
export const defaultRule: SelectionRule = { kind: 'unencrypted_suffix', suffix: '_unencrypted' };

/** Whether comments select values, rather than keys. */
export const isCommentRule = ({ kind }: SelectionRule): boolean =>
  kind === 'encrypted_comment_regex' || kind === 'unencrypted_comment_regex';

/** A rule from its name and text. */
export function selectionRule(kind: (typeof ruleNames)[number], text: string): SelectionRule {
  return kind === 'unencrypted_suffix' || kind === 'encrypted_suffix'
    ? { kind, suffix: text }
    : { kind, pattern: text };
}

/** The text of a rule, as metadata has it. */
export const ruleText = (rule: SelectionRule): string => ('suffix' in rule ? rule.suffix : rule.pattern);

/**
 * Whether a leaf is to be encrypted.
 *
 * @param path mapping keys from the document's root; without list indexes
 * @param comments active comments: those before the leaf, and before anything that encloses it
 */
export type Selector = (path: readonly string[], comments: readonly string[]) => boolean;

/** The selector of a rule. @throws SopsError `badRegex` */
export function selectorOf(rule: SelectionRule): Selector {
  switch (rule.kind) {
    case 'unencrypted_suffix':
      return (path) => !path.some((key) => key.endsWith(rule.suffix));
    case 'encrypted_suffix':
      return (path) => path.some((key) => key.endsWith(rule.suffix));
    case 'unencrypted_regex': {
      const search = compileRegex(rule.pattern, rule.kind);
      return (path) => !path.some(search);
    }
    case 'encrypted_regex': {
      const search = compileRegex(rule.pattern, rule.kind);
      return (path) => path.some(search);
    }
    case 'unencrypted_comment_regex': {
      const search = compileRegex(rule.pattern, rule.kind);
      return (_, comments) => !comments.some(search);
    }
    case 'encrypted_comment_regex': {
      const search = compileRegex(rule.pattern, rule.kind);
      return (_, comments) => comments.some(search);
    }
  }
}
