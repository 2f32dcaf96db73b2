import { SopsError } from '../model/sops-error';

/**
 * Loads the SDK of a cloud, which is installed by those who use it only.
 *
 * @throws SopsError that says what to install
 */
export async function loadSdk<T>(load: () => Promise<T>, packages: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !/MODULE_NOT_FOUND$/.test(String(error.code)))
      throw error;
    throw new SopsError('noDataKey', {
      what: `the packages for this recipient are not installed: ${packages}`,
      fix: `npm i -D ${packages}`,
    });
  }
}

/** The error of a call to a cloud: its code or name, never its message, which may quote the request. */
export function cloudError(service: string, error: unknown, where: string, fix: string): SopsError {
  if (error instanceof SopsError) return error;
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    code?: unknown;
  };
  const said = [name, code].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return new SopsError('noDataKey', { what: `${service} refused: ${said || 'no reason given'}`, where, fix });
}
