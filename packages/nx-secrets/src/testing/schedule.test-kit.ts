import type { Gate } from './gate.test-kit';

/** More steps than runs need that end. */
const limit = 400;

/** One step of a play: who could have gone on, and who did. */
export interface Turn {
  readonly waiting: readonly number[];
  readonly run: number;
}

/**
 * Lets the requests of runs through, one at a time, until all have ended.
 *
 * @param picks which of those who wait goes on, modulo their number; where the list ends, whoever went on before
 * @param taken called after each step
 */
export async function letThrough(
  gate: Gate,
  picks: readonly number[],
  taken: (run: number, operation: string) => void,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (;;) {
    const waiting = await gate.waiting();
    if (waiting.length === 0) return turns;
    if (turns.length === limit) throw new Error('a run does not end');
    const pick = picks[turns.length] ?? usual(waiting, turns.at(-1));
    const run = waiting[pick % waiting.length]!;
    turns.push({ waiting, run });
    taken(run, await gate.release(run));
  }
}

/**
 * Plays every schedule that there is, one after the other.
 *
 * @param switches how often at most a run is left that could go on; without it, any number of times
 */
export async function* everySchedule<Played extends { readonly turns: readonly Turn[] }>(
  play: (picks: readonly number[]) => Promise<Played>,
  switches = Infinity,
): AsyncGenerator<Played> {
  let picks: readonly number[] | undefined = [];
  while (picks) {
    const played: Played = await play(picks);
    yield played;
    picks = nextPicks(played.turns, switches);
  }
}

/** The last step that could have gone another way goes it; what follows begins again. */
function nextPicks(turns: readonly Turn[], switches: number): readonly number[] | undefined {
  for (let step = turns.length - 1; step >= 0; step -= 1) {
    const { waiting, run } = turns[step]!;
    const first = usual(waiting, turns[step - 1]);
    const tried = (waiting.indexOf(run) - first + waiting.length) % waiting.length;
    const before = turns.slice(0, step);
    const other = { waiting, run: waiting[(first + tried + 1) % waiting.length]! };
    if (tried + 1 < waiting.length && switchesIn([...before, other]) <= switches)
      return [...before, other].map((turn) => turn.waiting.indexOf(turn.run));
  }
  return undefined;
}

/** Who goes on unless configured otherwise: whoever did before, else the first. */
const usual = (waiting: readonly number[], before: Turn | undefined) =>
  before && waiting.includes(before.run) ? waiting.indexOf(before.run) : 0;

const switchesIn = (turns: readonly Turn[]) =>
  turns.filter(({ waiting, run }, step) => {
    const before = turns[step - 1];
    return before !== undefined && run !== before.run && waiting.includes(before.run);
  }).length;
