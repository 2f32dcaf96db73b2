/** The value of a condition key: one text, or a list where the key may have several. */
export type ContextValue = string | readonly string[];

/** Condition keys as they are written, with their values; `undefined` means that the request has no such key. */
export type ContextEntries = readonly (readonly [string, ContextValue | undefined])[];

/** What conditions and policy variables ask about a request. Keys differ by more than case. */
export type RequestContext = ReadonlyMap<string, ContextValue>;

/**
 * Collects the condition keys of a request. A key that comes twice (an encryption context with `a` and `A`) gets both
 * values, so that no condition on one value holds.
 */
export function requestContext(...entries: readonly ContextEntries[]): RequestContext {
  const context = new Map<string, ContextValue>();
  for (const [name, value] of entries.flat()) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    const known = context.get(key);
    context.set(key, known === undefined ? value : [known, value].flat());
  }
  return context;
}

/** The value of a condition key, whatever the case it is written in. */
export function contextValue(context: RequestContext, key: string): ContextValue | undefined {
  return context.get(key.toLowerCase());
}
