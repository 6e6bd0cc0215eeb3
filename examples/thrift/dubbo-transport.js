'use strict';
// Thrift's framed transport with the envelope that Dubbo puts around each message: the service's name and an id. To use in
// place of thrift.TFramedTransport, by clients and by servers.
//   0 length:4   4 magic DABC   6 length again:4   10 head length:2   12 version 1   13 service:4+n   (path:4+m)   id:8   message
const { TFramedTransport } = require('thrift');

const MAGIC = 0xdabc;
const ID_SIZE = 8;

function wrap({ service, id }, message) {
  const name = Buffer.from(service);
  const headLength = 13 + name.length + ID_SIZE; // Lengths do not count the first four bytes.
  const frame = Buffer.alloc(4 + headLength + message.length);
  frame.writeInt32BE(headLength + message.length, 0);
  frame.writeUInt16BE(MAGIC, 4);
  frame.writeInt32BE(headLength + message.length, 6);
  frame.writeUInt16BE(headLength, 10);
  frame[12] = 1;
  frame.writeInt32BE(name.length, 13);
  name.copy(frame, 17);
  frame.writeBigInt64BE(BigInt(id), 4 + headLength - ID_SIZE);
  message.copy(frame, 4 + headLength);
  return frame;
}

/** Takes a frame apart, without its first length. */
function open(frame) {
  if (frame.readUInt16BE(0) !== MAGIC || frame.readInt32BE(2) !== frame.length || frame[8] !== 1) {
    throw new Error(`no frame of Dubbo: ${frame.toString('hex', 0, 16)}`);
  }
  const headLength = frame.readUInt16BE(6);
  return {
    service: frame.toString('utf8', 13, 13 + frame.readInt32BE(9)),
    id: frame.readBigInt64BE(headLength - ID_SIZE),
    message: frame.subarray(headLength),
  };
}

/** The transport for one service. */
function dubboTransport(service) {
  let answered; // The call that is being handed to the server: the transport for its answer is made meanwhile.

  return class DubboTransport extends TFramedTransport {
    constructor(buffer, onFlush) {
      const call = answered;
      super(buffer, onFlush && ((frame, sequence) =>
        onFlush(wrap(call ?? { service, id: sequence }, frame.subarray(4)), sequence)));
    }

    static receiver(onMessage, sequence) {
      return TFramedTransport.receiver(({ inBuf }) => {
        const { message, ...call } = open(inBuf);
        answered = call;
        try {
          onMessage(new DubboTransport(message), sequence);
        } finally {
          answered = undefined;
        }
      }, sequence);
    }
  };
}

module.exports = { dubboTransport };
