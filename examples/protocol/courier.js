'use strict';
// Frames of courier: what both peers of this example share.
const kinds = { call: 1, cast: 2, answer: 3, ping: 4, pong: 5, bye: 6 };
const statuses = ['ok', 'no such service', 'busy', 'too late', 'bad call', 'failed'];
const fixedSize = 18;

function write({ kind, status = 0, id, timeout = 0, service = '', method = '', content = '' }) {
  const parts = [service, method, content].map((part) => Buffer.from(part));
  const head = Buffer.alloc(fixedSize);
  head.writeUInt16BE(0xc0de, 0);
  head[2] = kind;
  head[3] = status;
  head.writeUInt32BE(id, 4);
  head.writeUInt32BE(timeout, 8);
  head[12] = parts[0].length;
  head[13] = parts[1].length;
  head.writeUInt32BE(parts[2].length, 14);
  return Buffer.concat([head, ...parts]);
}

// Calls onFrame for each frame that has come whole.
function read(socket, onFrame) {
  let rest = Buffer.alloc(0);
  socket.on('data', (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= fixedSize) {
      const service = fixedSize + rest[12];
      const method = service + rest[13];
      const end = method + rest.readUInt32BE(14);
      if (rest.length < end) {
        break;
      }
      onFrame({
        kind: rest[2],
        status: rest[3],
        id: rest.readUInt32BE(4),
        service: rest.toString('utf8', fixedSize, service),
        method: rest.toString('utf8', service, method),
        content: rest.toString('utf8', method, end),
      });
      rest = rest.subarray(end);
    }
  });
}

module.exports = { kinds, statuses, write, read };
