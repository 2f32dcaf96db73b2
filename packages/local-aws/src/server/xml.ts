const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** An XML element with the members of an object as children; members without a value are left out. */
export function xmlElement(name: string, content: unknown): string {
  return `<${name}>${xmlContent(content)}</${name}>`;
}

function xmlContent(content: unknown): string {
  if (typeof content === 'object' && content !== null) {
    return Object.entries(content)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => xmlElement(name, value))
      .join('');
  }
  return escapeText(String(content));
}

/** Characters that XML 1.0 has no way to write become the replacement character. */
function escapeText(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}
