/** Milliseconds that a program may take: it may ask for a passphrase, or wait for somebody to touch a key. */
export const programTimeout = 60_000;

/**
 * Ends a call at a deadline: an answer that arrives byte by byte, or never, passes the time limits of most clients.
 *
 * @throws an Error with the name `TimeoutError`
 */
export async function inTime<T>(call: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { name: 'TimeoutError' })), milliseconds);
  });
  // What the call does after the deadline is nobody's concern any more.
  call.catch(() => undefined);
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
