/** Names under `.vault.test` are this machine. */
const dns = require('node:dns');

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  const done = callback ?? options;
  if (!name.endsWith('.vault.test')) return lookup(name, options, callback);
  return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
};
