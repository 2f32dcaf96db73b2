/** What is in a file: text, nothing that can be read as text (too large, binary), or no file any more. */
export type Content =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unread' } | { readonly kind: 'none' };
