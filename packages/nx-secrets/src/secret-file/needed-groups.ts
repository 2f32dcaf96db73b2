import type { KeyGroup } from 'sops-codec';

/** Key groups, and how many of them open a file; 0 where there is no threshold: then all are needed. */
export interface SharedKey {
  readonly groups: readonly KeyGroup[];
  readonly shamirThreshold: number;
}

/** How many groups are needed to open a file. Source: sops, "Key groups". */
export const neededGroups = ({ groups, shamirThreshold }: SharedKey): number =>
  groups.length <= 1 ? 1 : Math.max(shamirThreshold || groups.length, 2);
