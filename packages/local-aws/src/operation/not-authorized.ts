import { AwsError } from '../protocol/aws-error';
import type { Call } from './operation';

/** What AWS answers where no policy of the resource lets the caller in, as in another account. */
export function notAuthorized(call: Call, resource: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: ${call.caller.arn} is not authorized to perform: ${call.action} on resource: ${resource} ` +
      `because no resource-based policy allows the ${call.action} action`,
  );
}
