/** Runs something with variables of the environment; undefined for those that must not be there. */
export const within = async <T>(
  variables: Readonly<Record<string, string | undefined>>,
  step: () => Promise<T>,
): Promise<T> => {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const put = (entries: readonly (readonly [string, string | undefined])[]) => {
    for (const [name, value] of entries)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  put(Object.entries(variables));
  try {
    return await step();
  } finally {
    put(before);
  }
};
