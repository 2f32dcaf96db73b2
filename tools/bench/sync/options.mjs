const cases = ['changed', 'created', 'unchanged'];

const usual = { services: '20,100,500,1000,2000', latency: '0,15', cases: cases.join(), rounds: '5' };
const quick = { services: '5', latency: '1', cases: cases.join(), rounds: '1' };

/**
 * Options of the bench.
 *
 * @param {{services?: string, latency?: string, cases?: string, rounds?: string, quick?: boolean}} values as typed
 * @throws Error for one that is not valid
 */
export function readOptions({ quick: isQuick, ...values }) {
  const { services, latency, cases: chosen, rounds } = { ...(isQuick ? quick : usual), ...values };
  const unknown = chosen.split(',').find((name) => !cases.includes(name));
  if (unknown !== undefined) throw new Error(`--cases: "${unknown}" is none of ${cases.join(', ')}`);
  return {
    // Ascending: the workspace only grows.
    services: numbers('--services', services, 1).sort((a, b) => a - b),
    latencies: numbers('--latency', latency, 0),
    cases: chosen.split(','),
    rounds: numbers('--rounds', rounds, 1)[0],
  };
}

function numbers(option, text, least) {
  const list = text.split(',').map(Number);
  if (list.every((number) => Number.isInteger(number) && number >= least)) return list;
  throw new Error(`${option}=${text}: whole numbers from ${least}, with commas between them`);
}
