/**
 * JSON data as an HCL expression. Source: HCL native syntax, "Template expressions": in quotes `${` and `%{` begin a template
 * unless the first character is doubled; of JSON's escapes it has neither `\b` nor `\f`.
 *
 * @param indent what the line of the expression begins with
 */
export function hcl(value: unknown, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const [open, lines, close] = Array.isArray(value)
    ? ['[', value.map((item: unknown) => `${hcl(item, inner)},`), ']']
    : [
        '{',
        Object.entries(value as Readonly<Record<string, unknown>>).map(
          ([key, item]) => `${quoted(key)} = ${hcl(item, inner)}`,
        ),
        '}',
      ];
  return lines.length === 0
    ? `${open}${close}`
    : [open, ...lines.map((line) => inner + line), indent + close].join('\n');
}

/** A block with its labels; attributes are expressions. */
export function block(
  type: string,
  labels: readonly string[],
  attributes: Readonly<Record<string, string>>,
): string {
  const lines = Object.entries(attributes).map(([name, expression]) => `  ${name} = ${expression}`);
  return [`${[type, ...labels.map(quoted)].join(' ')} {`, ...lines, '}'].join('\n');
}

const quoted = (text: string) =>
  JSON.stringify(text)
    .replaceAll(/\\./g, (escape) => escapes[escape] ?? escape)
    .replaceAll(/[$%](?=\{)/g, '$&$&');

const escapes: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' };
