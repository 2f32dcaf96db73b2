/**
 * Stage names as a user gives them: `dev,prod`, or the option several times.
 *
 * @returns the names in order, each once
 */
export const stageList = (given: string | readonly string[] | undefined): readonly string[] => [
  ...new Set(
    [given ?? []].flat().flatMap((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  ),
];
