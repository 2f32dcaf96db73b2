/** Whether a parameter is under a path (without a slash at its end): directly, or at any depth. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  const whole = name.startsWith('/') ? name : `/${name}`;
  if (!whole.startsWith(`${path}/`)) return false;
  return recursive || !whole.slice(path.length + 1).includes('/');
}
