// A client of HTTP/2 on cleartext, on Node's own implementation: runs one scenario and prints what it saw as JSON.
const http2 = require('node:http2');
const crypto = require('node:crypto');

const [, , address, scenario] = process.argv;
const session = http2.connect(`http://${address}`, { maxSessionMemory: 1000 });
session.on('error', (error) => tell({ error: error.message }));

function tell(what) {
  console.log(JSON.stringify(what));
  process.exit(0);
}

function ask(headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    const seen = { interim: [], trailers: {}, body: '', length: 0 };
    stream.on('headers', (interim) => seen.interim.push(interim[':status']));
    stream.on('response', (response) => { seen.status = response[':status']; seen.headers = response; });
    stream.on('trailers', (trailers) => { seen.trailers = trailers; });
    const hash = crypto.createHash('sha256');
    stream.on('data', (piece) => {
      hash.update(piece);
      seen.length += piece.length;
      if (seen.length < 1024) seen.body += piece;
    });
    stream.on('error', (error) => { seen.error = error.code; });
    stream.on('close', () => { seen.code = stream.rstCode; seen.hash = hash.digest('hex'); resolve(seen); });
    if (body !== undefined) stream.end(body);
  });
}

const scenarios = {
  async simple() {
    return ask({ ':path': '/echo', ':method': 'POST', cookie: 'a=1; b=2' }, 'hello');
  },
  async trailers() { return ask({ ':path': '/trailers' }); },
  async early() { return ask({ ':path': '/early' }); },
  async reset() { return ask({ ':path': '/reset' }); },
  async refuse() { return ask({ ':path': '/refuse' }); },
  async head() { return ask({ ':path': '/echo', ':method': 'HEAD' }); },
  async goaway() {
    const first = await ask({ ':path': '/goaway' });
    const second = await ask({ ':path': '/goaway' });
    return { first: first.body, second: second.body };
  },
  // 40 bodies of 1 MB at once, each its own.
  async many() {
    const bodies = Array.from({ length: 40 }, (_, i) => Buffer.alloc(1_000_000, String.fromCharCode(97 + (i % 26))));
    const answers = await Promise.all(bodies.map((body) => ask({ ':path': '/echo', ':method': 'POST' }, body)));
    return {
      right: answers.filter((answer, i) =>
        answer.hash === crypto.createHash('sha256').update(bodies[i]).digest('hex')).length,
    };
  },
  // A stream that is not read must not stop the others.
  async stalled() {
    const stalled = session.request({ ':path': '/size?n=50000000' });
    await new Promise((resolve) => stalled.once('response', resolve));
    const others = await Promise.all(Array.from({ length: 20 }, () => ask({ ':path': '/size?n=300000' })));
    stalled.close(http2.constants.NGHTTP2_CANCEL);
    return { lengths: others.map((other) => other.length) };
  },
  // Both directions at once, a message each way at a time.
  async duplex() {
    const stream = session.request({ ':path': '/echo', ':method': 'POST' });
    const got = [];
    for (let i = 0; i < 20; i++) {
      const answer = new Promise((resolve) => stream.once('data', resolve));
      stream.write(`message ${i}`);
      got.push(String(await answer));
    }
    stream.end();
    return { got };
  },
};

session.on('connect', async () => tell(await scenarios[scenario]()));
