/** What is used of every client of the SDK, whatever its calls are. */
export interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: <Args, Result>(
        next: (args: Args) => Promise<Result>,
        context: { readonly commandName?: string },
      ) => (args: Args) => Promise<Result>,
      options: { step: 'initialize'; priority: 'high'; name: string },
    ): void;
  };
  readonly config: { readonly requestHandler: object };
  destroy(): void;
}
