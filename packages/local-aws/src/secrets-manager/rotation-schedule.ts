import { DAY } from '../operation/operation';
import type { RotationRules, Secret } from '../store/model';

/** When the next automatic rotation is due, where the rules say it in days; `undefined` otherwise. */
export function nextRotation(secret: Secret): number | undefined {
  const { rotation } = secret;
  const days = rotation?.rules?.automaticallyAfterDays;
  if (rotation?.enabled !== true || days === undefined) return undefined;
  return (rotation.lastRotatedAt ?? secret.createdAt) + days * DAY;
}

/** Rotation rules as the API writes them. */
export function rotationRulesAnswer(rules: RotationRules | undefined): object | undefined {
  return (
    rules && {
      AutomaticallyAfterDays: rules.automaticallyAfterDays,
      Duration: rules.duration,
      ScheduleExpression: rules.scheduleExpression,
    }
  );
}
