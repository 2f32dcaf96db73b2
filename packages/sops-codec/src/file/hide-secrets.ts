const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * The same object, shown without values and keys by `console.log`, `util.inspect` and JSON: they must not get into a log
 * by accident. Its properties stay as they are for programs.
 */
export function hideSecrets<T extends object>(holder: T, name: string): T {
  const shown = () => `[${name}: hidden]`;
  return Object.defineProperties(holder, {
    [inspect]: { value: shown, enumerable: false },
    toJSON: { value: shown, enumerable: false },
  });
}
