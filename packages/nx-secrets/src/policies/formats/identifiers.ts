/**
 * Gives each name an identifier of its own.
 *
 * @param form makes an identifier of a name; those that come out equal get a number
 */
export function identifiers(
  names: readonly string[],
  form: (name: string) => string,
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const wanted = form(name);
      let identifier = wanted;
      for (let number = 2; taken.has(identifier); number += 1) identifier = `${wanted}${number}`;
      taken.add(identifier);
      return [name, identifier];
    }),
  );
}

/** `user-service-dev-sync` as `UserServiceDevSync`: letters and digits only, beginning with a letter. */
export const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
    .replace(/^(?=[0-9])/, 'P');
