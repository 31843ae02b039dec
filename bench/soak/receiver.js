import { createServer } from 'node:http';

/** One letter in so many is refused: a receiver may be away too. */
const REFUSED = 0.03;

/** A webhook on loopback that remembers the id of every notice that came. */
export async function receiver(random) {
  const ids = new Set();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const refused = random.between(0, 1) < REFUSED;
      if (!refused) for (const { id } of noticesIn(body)) ids.add(id);
      response.statusCode = refused ? 503 : 200;
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    ids,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function noticesIn(body) {
  const { data } = JSON.parse(body);
  return [data, ...(data.earlier ?? [])];
}
