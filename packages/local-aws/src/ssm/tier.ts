import { validationError } from '../protocol/aws-error';
import type { Parameter } from '../store/model';
import type { parameterTiers } from './members';

export const maximumBytes: Readonly<Record<Parameter['tier'], number>> = { Standard: 4096, Advanced: 8192 };

/**
 * The tier of a parameter after it is written: an advanced one stays so.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 * @param size bytes of the value, by which Intelligent-Tiering decides
 * @throws AwsError ValidationException where an advanced parameter is asked to be a standard one
 */
export function newTier(
  before: Parameter['tier'] | undefined,
  wanted: (typeof parameterTiers)[number] | undefined,
  size: number,
): Parameter['tier'] {
  if (wanted === 'Advanced') return 'Advanced';
  if (wanted === 'Standard' && before === 'Advanced') {
    throw validationError(
      `This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier ` +
        'to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a ' +
        'standard parameter.',
    );
  }
  if (wanted === 'Intelligent-Tiering' && size > maximumBytes.Standard) return 'Advanced';
  return before ?? 'Standard';
}
