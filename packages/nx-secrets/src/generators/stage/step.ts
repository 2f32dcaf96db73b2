import type { Service } from '../../config/services';
import type { Outcome } from '../../report';

/** What became of a stage of a service. */
export type StageKind = 'added' | 'present' | 'later' | 'would-add' | 'removed' | 'would-remove' | 'absent';

/** A stage of a service on its way. */
export interface StageStep {
  readonly service: Service;
  readonly stage: string;
  /** Does what is left once the Tree is written, and says how it ended. */
  readonly finish: () => Promise<Outcome<StageKind>>;
}
