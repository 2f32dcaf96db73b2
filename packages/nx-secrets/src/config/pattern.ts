import { throwProblem } from '../problem';

/** A pattern with its placeholders filled in. */
export const fillPattern = (pattern: string, service: string, stage: string) =>
  pattern.replaceAll(/\{(service|stage)\}/g, (_, name) => (name === 'service' ? service : stage));

/** @throws ProblemError where a pattern has other placeholders than `{service}` and `{stage}` */
export function assertPlaceholders(option: string, pattern: string, place: string): void {
  const unknown = [...pattern.matchAll(/\{([^}]*)\}/g)].find(
    ([, name]) => name !== 'service' && name !== 'stage',
  );
  if (!unknown) return;
  throwProblem({
    code: 'unknownPlaceholder',
    what: `${option} "${pattern}" has the unknown placeholder ${unknown[0]}`,
    where: place,
    fix: 'Use {service} and {stage}.',
  });
}
