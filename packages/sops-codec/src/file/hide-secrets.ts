import type { DataKeyHolder } from '../data-key/with-data-key';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * The same object, shown without values and keys by `console.log`, `util.inspect` and JSON: they must not get into a log
 * by accident. Its properties stay as they are for programs. A `using` declaration fills its data key with zeros.
 */
export function hideSecrets<T extends DataKeyHolder>(
  holder: T,
  name: string,
): T & { readonly [Symbol.dispose]: () => void } {
  const shown = () => `[${name}: hidden]`;
  const dispose = { [Symbol.dispose]: () => void holder.dataKey.fill(0) };
  return Object.defineProperties(Object.assign(holder, dispose), {
    [inspect]: { value: shown, enumerable: false },
    toJSON: { value: shown, enumerable: false },
    [Symbol.dispose]: { enumerable: false },
  });
}
