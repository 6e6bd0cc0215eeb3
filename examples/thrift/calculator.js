'use strict';
// A service and its code for clients and servers, in place of what the Thrift compiler makes from a file like this:
//   struct Everything { 1: bool flag, 2: byte tiny, 3: i16 small, 4: i32 number, 5: double exact, 6: string text,
//     7: binary bytes, 8: list<string> names, 9: set<i32> marks, 10: map<string, i32> counts }
//   exception Overflow { 1: string why }
//   service Calculator {
//     i32 plus(1: i32 a, 2: i32 b) throws (1: Overflow overflow),
//     i32 minus(1: i32 a, 2: i32 b),   // which the server, being older, does not know
//     string echo(1: string text),
//     Everything everything(1: Everything value),
//     i32 slow(1: i32 ms),
//     oneway void note(1: string text),
//     i32 notes(),
//   }
// What goes over the wire is written and read by Thrift's own protocol and transport.
const { Thrift } = require('thrift');

const { Type, MessageType, TApplicationException, TApplicationExceptionType } = Thrift;

const bool = { id: Type.BOOL, name: 'Bool' };
const byte = { id: Type.BYTE, name: 'Byte' };
const i16 = { id: Type.I16, name: 'I16' };
const i32 = { id: Type.I32, name: 'I32' };
const double = { id: Type.DOUBLE, name: 'Double' };
const string = { id: Type.STRING, name: 'String' };
const binary = { id: Type.STRING, name: 'Binary' };
const list = (of) => ({ id: Type.LIST, name: 'List', of });
const set = (of) => ({ id: Type.SET, name: 'Set', of });
const map = (key, of) => ({ id: Type.MAP, name: 'Map', key, of });
const struct = (...fields) => ({ id: Type.STRUCT, name: 'Struct', fields });
const field = (id, name, type) => ({ id, name, type });

const everything = struct(
  field(1, 'flag', bool), field(2, 'tiny', byte), field(3, 'small', i16), field(4, 'number', i32), field(5, 'exact', double),
  field(6, 'text', string), field(7, 'bytes', binary), field(8, 'names', list(string)), field(9, 'marks', set(i32)),
  field(10, 'counts', map(string, i32)));
const overflow = field(1, 'overflow', struct(field(1, 'why', string)));

const methods = {
  plus: { args: struct(field(1, 'a', i32), field(2, 'b', i32)), result: struct(field(0, 'success', i32), overflow) },
  minus: { args: struct(field(1, 'a', i32), field(2, 'b', i32)), result: struct(field(0, 'success', i32)) },
  echo: { args: struct(field(1, 'text', string)), result: struct(field(0, 'success', string)) },
  everything: { args: struct(field(1, 'value', everything)), result: struct(field(0, 'success', everything)) },
  slow: { args: struct(field(1, 'ms', i32)), result: struct(field(0, 'success', i32)) },
  note: { args: struct(field(1, 'text', string)) },
  notes: { args: struct(), result: struct(field(0, 'success', i32)) },
};

function write(output, type, value) {
  if (type.name === 'List' || type.name === 'Set') {
    output[`write${type.name}Begin`](type.of.id, value.length);
    for (const item of value) write(output, type.of, item);
    output[`write${type.name}End`]();
  } else if (type.name === 'Map') {
    output.writeMapBegin(type.key.id, type.of.id, Object.keys(value).length);
    for (const [key, item] of Object.entries(value)) {
      write(output, type.key, key);
      write(output, type.of, item);
    }
    output.writeMapEnd();
  } else if (type.name === 'Struct') {
    output.writeStructBegin('');
    for (const { id, name, type: inner } of type.fields) {
      if (value[name] === undefined) continue;
      output.writeFieldBegin(name, inner.id, id);
      write(output, inner, value[name]);
      output.writeFieldEnd();
    }
    output.writeFieldStop();
    output.writeStructEnd();
  } else {
    output[`write${type.name}`](value);
  }
}

function read(input, type) {
  if (type.name === 'List' || type.name === 'Set') {
    const { size } = input[`read${type.name}Begin`]();
    const value = Array.from({ length: size }, () => read(input, type.of));
    input[`read${type.name}End`]();
    return value;
  }
  if (type.name === 'Map') {
    const { size } = input.readMapBegin();
    const value = Object.fromEntries(Array.from({ length: size }, () => [read(input, type.key), read(input, type.of)]));
    input.readMapEnd();
    return value;
  }
  if (type.name !== 'Struct') return input[`read${type.name}`]();
  const value = {};
  input.readStructBegin();
  for (let at = input.readFieldBegin(); at.ftype !== Type.STOP; at = input.readFieldBegin()) {
    const known = type.fields.find(({ id }) => id === at.fid);
    if (known) value[known.name] = read(input, known.type);
    else input.skip(at.ftype);
    input.readFieldEnd();
  }
  input.readStructEnd();
  return value;
}

function send(output, name, messageType, sequence, type, value) {
  output.writeMessageBegin(name, messageType, sequence);
  if (value instanceof TApplicationException) value.write(output);
  else write(output, type, value);
  output.writeMessageEnd();
  output.flush();
}

/** For thrift.createClient. */
class Client {
  _reqs = {};
  sequence = 0;

  constructor(output, Protocol) {
    this.output = output;
    this.Protocol = Protocol;
    for (const name of Object.keys(methods)) {
      this[`recv_${name}`] = (input, messageType, request) => this.receive(name, input, messageType, request);
    }
  }

  /** A promise of what the method gives; a method that gives nothing is over when it is sent. */
  call(name, args = {}) {
    const sequence = ++this.sequence;
    const { args: type, result } = methods[name];
    return new Promise((resolve, reject) => {
      if (result) this._reqs[sequence] = (error, value) => (error ? reject(error) : resolve(value));
      send(new this.Protocol(this.output), name, result ? MessageType.CALL : MessageType.ONEWAY, sequence, type, args);
      if (!result) resolve();
    });
  }

  receive(name, input, messageType, request) {
    const done = this._reqs[request];
    delete this._reqs[request];
    if (messageType === MessageType.EXCEPTION) {
      const error = new TApplicationException();
      error.read(input);
      input.readMessageEnd();
      done(error);
      return;
    }
    const { success, ...thrown } = read(input, methods[name].result);
    input.readMessageEnd();
    const [exception] = Object.entries(thrown);
    if (exception) done(Object.assign(new Error(exception[0]), exception[1]));
    else done(null, success);
  }
}

/** For thrift.createServer; a method of the handler gives a promise, throws an `overflow`, or something unexpected. */
class Processor {
  constructor(handler) {
    this.handler = handler;
  }

  process(input, output) {
    const { fname: name, rseqid: sequence } = input.readMessageBegin();
    const method = methods[name];
    if (!method || !this.handler[name]) {
      input.skip(Type.STRUCT);
      input.readMessageEnd();
      const error = new TApplicationException(TApplicationExceptionType.UNKNOWN_METHOD);
      error.message = `Unknown function ${name}`;
      error.code = error.type; // The library sends this and receives the other.
      send(output, name, MessageType.EXCEPTION, sequence, undefined, error);
      return;
    }
    const args = read(input, method.args);
    input.readMessageEnd();
    Promise.resolve()
      .then(() => this.handler[name](args))
      .then((success) => ({ success }), (failure) => ({ overflow: { why: failure.message } }))
      .then((result) => method.result && send(output, name, MessageType.REPLY, sequence, method.result, result));
  }
}

module.exports = { Client, Processor };
