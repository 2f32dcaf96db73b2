import { median } from '../measure.mjs';

const titles = {
  changed: 'all changed',
  created: 'first push',
  unchanged: 'nothing changed',
};

/** A table of one case as Markdown. */
export function renderTable({ name, count, latency, rows }) {
  const ours = rows.find(({ contender }) => contender.name === 'ours');
  const lines = rows.map((row) =>
    [
      row.contender.title,
      `${row.estimated ? '≈ ' : ''}${row.seconds.toFixed(2)} s`,
      `${row.cpu.toFixed(2)} s`,
      `${(row.peak / 1e6).toFixed(0)} MB`,
      row === ours ? '' : ratio(row, ours).toFixed(2),
      callsOf(row),
    ].join(' | '),
  );
  return [
    `\n${count} services, ${titles[name]}, ${latency} ms\n`,
    '| who | time | CPU | memory | time against ours | calls |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

const callsOf = ({ calls }) =>
  Object.entries(calls)
    .map(([operation, count]) => `${operation.split(':')[1]} ${count}`)
    .join(', ');

/** How many times longer one took than another: the median of the ratios round by round. */
function ratio(one, other) {
  return median(
    one.rounds.map((seconds, round) => seconds / other.rounds[Math.min(round, other.rounds.length - 1)]),
  );
}

/** What the project aims at: at most or at least so many times. */
const aims = [
  {
    text: 'all changed, Nx included, against (a) one by one',
    name: 'changed',
    count: 100,
    of: ['shell1', 'ours'],
    least: 20,
  },
  {
    text: 'all changed, Nx included, against the best of (b)',
    name: 'changed',
    count: 500,
    of: ['sdk8', 'ours'],
    least: 2.5,
  },
  {
    text: 'all changed, the engine alone against (c)',
    name: 'changed',
    count: 500,
    of: ['engine', 'floor'],
    most: 1.25,
  },
  {
    text: 'nothing changed, the engine alone against the calls alone',
    name: 'unchanged',
    count: 1000,
    of: ['engine', 'floor'],
    most: 2,
  },
];

/** The aims that these tables can tell of, at the latency of a network. */
export function renderAims(tables) {
  const lines = aims.flatMap(({ text, name, count, of, least, most }) => {
    const table = tables.find((one) => one.name === name && one.count === count && one.latency > 0);
    const [one, other] = of.map((who) => table?.rows.find(({ contender }) => contender.name === who));
    if (!one || !other) return [];
    const found = ratio(one, other);
    const aim = least === undefined ? `at most ${most}` : `at least ${least}`;
    const met = least === undefined ? found <= most : found >= least;
    return [`| ${text}, ${count} services | ${found.toFixed(2)} | ${aim} | ${met ? 'yes' : 'no'} |`];
  });
  const growth = growthOf(tables);
  return [
    ...(lines.length > 0
      ? ['\n| ratio of times | found | aim | met |', '| --- | ---: | --- | --- |', ...lines]
      : []),
    ...(growth.length > 0
      ? ['\n| from … to … services | time | memory |', '| --- | ---: | ---: |', ...growth]
      : []),
  ].join('\n');
}

/** How the engine grows between neighbouring sizes: linear is the ratio of the sizes, or less where there is a fixed part. */
function growthOf(tables) {
  return ['changed', 'unchanged'].flatMap((name) => {
    const series = tables.filter((table) => table.name === name && table.latency === tables.at(-1).latency);
    const engine = (table) => table.rows.find(({ contender }) => contender.name === 'engine');
    return series.slice(1).map((table, index) => {
      const smaller = series[index];
      const [time, memory] = ['seconds', 'peak'].map(
        (figure) => engine(table)[figure] / engine(smaller)[figure],
      );
      return `| ${titles[name]}, ${smaller.count} to ${table.count} | × ${time.toFixed(2)} | × ${memory.toFixed(2)} |`;
    });
  });
}
