import { identityText, type KeyGroup } from '../recipients/recipient';

/** Recipients of one group, before and after. */
export interface GroupChange {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The changes of each group. */
export function changesOf(before: readonly KeyGroup[], after: readonly KeyGroup[]): readonly GroupChange[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [old, next] = [before, after].map((groups) => (groups[index] ?? []).map(identityText));
    return {
      kept: (next ?? []).filter((text) => old?.includes(text)),
      added: (next ?? []).filter((text) => !old?.includes(text)),
      removed: (old ?? []).filter((text) => !next?.includes(text)),
    };
  });
}

/** Whether recipients come or go. */
export const hasChanges = (changes: readonly GroupChange[]): boolean =>
  changes.some(({ added, removed }) => added.length + removed.length > 0);

/** The changes as sops prints them. Source: sops `cmd/sops/common/common.go` (PrettyPrintDiffs) */
export const changeLines = (changes: readonly GroupChange[]): readonly string[] =>
  changes.flatMap(({ kept, added, removed }, index) => [
    `Group ${index + 1}`,
    ...kept.map((text) => `    ${text}`),
    ...added.map((text) => `+++ ${text}`),
    ...removed.map((text) => `--- ${text}`),
  ]);
