console.log(process.env.DATABASE_URL === undefined ? 'no DATABASE_URL' : 'DATABASE_URL is set');
