import { openScreen, type Screen } from './terminal';

/** Fewer are done before anybody could read how many are. */
const worthShowing = 10;

/** Where a run says how far it is. */
export interface Progress {
  /** One more is done. */
  readonly step: () => void;
  /** Removes the line: what is printed next begins where it was. */
  readonly end: () => void;
}

const silent: Progress = { step: () => undefined, end: () => undefined };

/**
 * A progress line that is drawn over itself; nothing where there is no terminal to draw on, or for few.
 *
 * @param doing what is done: `sync-secrets`
 * @param total how many there are
 * @param open opens the terminal
 */
export function startProgress(
  doing: string,
  total: number,
  open: () => Screen | undefined = openScreen,
): Progress {
  const screen = total < worthShowing ? undefined : open();
  if (!screen) return silent;
  let done = 0;
  let shown = -1;
  return {
    step: () => {
      done += 1;
      // A hundred drawings at most: a terminal is slow.
      const percent = Math.floor((100 * done) / total);
      if (percent === shown) return;
      shown = percent;
      screen.write(`\r${doing}: ${done} of ${total}`);
    },
    end: () => {
      screen.write('\r\u001b[K');
      screen.close();
    },
  };
}
