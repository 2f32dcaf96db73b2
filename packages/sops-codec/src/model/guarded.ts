import { SopsError } from './sops-error';

/**
 * A function of the API, whose arguments may come from JavaScript, where no type is checked: errors of the language that
 * nonsense leads to inside become SopsErrors. Their texts may quote values, and are left out; `cause` has their stack.
 *
 * It is not for functions that call back: an error of somebody else's code is theirs.
 *
 * @param name that it has in the API
 */
export function guarded<Step extends (...args: never[]) => unknown>(name: string, step: Step): Step {
  const call = (...args: never[]): unknown => {
    try {
      const result = step(...args);
      return result instanceof Promise ? result.catch(rethrow) : result;
    } catch (error) {
      return rethrow(error);
    }
  };
  const rethrow = (error: unknown): never => {
    throw misuseOf(name, error);
  };
  return Object.defineProperty(call, 'name', { value: name }) as unknown as Step;
}

/** Errors of the language itself become a SopsError `badUsage`; all others stay as they are. */
function misuseOf(name: string, error: unknown): unknown {
  // By name: errors of Node.js's own functions may come from another realm.
  if (!isError(error) || !/^(?:Type|Range|Syntax)Error$/.test(error.name)) return error;
  const places = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const cause = Object.assign(new Error(), {
    name: error.name,
    stack: [error.name, ...places].join('\n'),
  });
  return misuse(`${name}: an argument is not of its type`, cause);
}

const isError = (value: unknown): value is Error =>
  Object.prototype.toString.call(value) === '[object Error]';

/**
 * Refuses options that do not exist: a mistyped one would change nothing.
 *
 * @throws SopsError `badUsage`
 */
export function assertOptions(options: unknown, known: readonly string[], name: string): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw misuse(`${name}: the options are not an object`);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  // A name that is none may be a value.
  const shown = /^[a-zA-Z]{1,40}$/.test(unknown) ? ` "${unknown}"` : '';
  throw misuse(`${name}: unknown option${shown}`, undefined, `The options are ${known.join(', ')}.`);
}

/** The error of an argument that cannot be used. */
export const misuse = (what: string, cause?: unknown, fix?: string): SopsError =>
  new SopsError('badUsage', {
    what,
    fix: fix ?? 'Pass the arguments as the types of sops-codec and docs/sops-codec-api.md describe them.',
    cause,
  });

/** @throws SopsError `badUsage` where a value is not a function */
export function assertFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw misuse(`${name} is not a function`);
}
