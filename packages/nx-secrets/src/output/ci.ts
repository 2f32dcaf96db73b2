/** Whether this runs in CI: every CI service sets the variable CI. */
export const inCi = (): boolean => !['', 'false', '0', undefined].includes(process.env['CI']);
