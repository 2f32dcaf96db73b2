import { throwProblem } from '../../problem';

/** Asks on the terminal which stages a service has. */
export async function askForStages(): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const stages = await text({
    message: 'Stages of this service, separated by commas',
    initialValue: 'dev,prod',
  });
  return isCancel(stages)
    ? throwProblem({
        code: 'cancelled',
        what: 'init was cancelled; nothing was changed',
        fix: 'Run it again; --stages=dev,prod skips the question.',
      })
    : stages;
}
