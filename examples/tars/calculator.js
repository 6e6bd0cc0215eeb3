'use strict';
// The interface Demo.Calculator and its code for clients and servers, which tars2node makes from a file like this:
//   module Demo {
//     struct Everything { 0 bool flag; 1 byte tiny; 2 short small; 3 int number; 4 long large; 5 float ratio;
//       6 double exact; 7 string text; 8 vector<byte> bytes; 9 vector<string> names; 10 map<string, int> counts; };
//     interface Calculator {
//       int plus(int a, int b);
//       int echo(string text, out string same);
//       int everything(Everything value, out Everything same);
//       int about(out string zone, out string dye);   // what goes along with the call: its context and its status
//       int slow(int ms);
//       int fail(int code);
//       void note(string text);          // for calls that want no answer
//       int notes(out int count);
//     };
//   };
const Tars = require('@tars/stream');
const { error } = require('@tars/rpc');

class Everything {
  static _classname = 'Demo.Everything';
  static fields = [
    ['flag', 'Boolean', false], ['tiny', 'Int8', 0], ['small', 'Int16', 0], ['number', 'Int32', 0], ['large', 'Int64', 0],
    ['ratio', 'Float', 0], ['exact', 'Double', 0], ['text', 'String', ''],
  ];

  constructor() {
    this._classname = Everything._classname;
    for (const [name, , value] of Everything.fields) this[name] = value;
    this.bytes = new Tars.BinBuffer();
    this.names = new Tars.List(Tars.String);
    this.counts = new Tars.Map(Tars.String, Tars.Int32);
  }

  static from(plain) {
    const value = new Everything();
    for (const [name] of Everything.fields) value[name] = plain[name];
    value.bytes.writeNodeBuffer(Buffer.from(plain.bytes));
    value.names.readFromObject(plain.names);
    value.counts.readFromObject(plain.counts);
    return value;
  }

  static _readFrom(is) {
    const value = new Everything();
    Everything.fields.forEach(([name, type, none], tag) => { value[name] = is[`read${type}`](tag, false, none); });
    value.bytes = is.readBytes(8, false, Tars.BinBuffer);
    value.names = is.readList(9, false, Tars.List(Tars.String));
    value.counts = is.readMap(10, false, Tars.Map(Tars.String, Tars.Int32));
    return value;
  }

  _writeTo(os) {
    Everything.fields.forEach(([name, type], tag) => os[`write${type}`](tag, this[name]));
    os.writeBytes(8, this.bytes);
    os.writeList(9, this.names);
    os.writeMap(10, this.counts);
  }

  toPlain() {
    const plain = {};
    for (const [name] of Everything.fields) plain[name] = this[name];
    return {
      ...plain, bytes: [...this.bytes.toNodeBuffer()], names: this.names.toObject(), counts: this.counts.toObject(),
    };
  }
}

// Arguments in, arguments out.
const functions = {
  plus: [[['a', 'Int32'], ['b', 'Int32']], []],
  echo: [[['text', 'String']], [['same', 'String']]],
  everything: [[['value', Everything]], [['same', Everything]]],
  about: [[], [['zone', 'String'], ['dye', 'String']]],
  slow: [[['ms', 'Int32']], []],
  fail: [[['code', 'Int32']], []],
  note: [[['text', 'String']], []],
  notes: [[], [['count', 'Int32']]],
};

const isTup = (version) => version === Tars.Tup.TUP_SIMPLE || version === Tars.Tup.TUP_COMPLEX;

function write(stream, at, type, value) {
  if (type === Everything) stream.writeStruct(at, value);
  else stream[`write${type}`](at, value);
}

/** Arguments have numbers in TARS, from 1 on, and names in TUP. */
function encode(version, args, values, from = 1, result) {
  const stream = isTup(version) ? new Tars.UniAttribute() : new Tars.TarsOutputStream();
  if (isTup(version)) stream.tupVersion = version;
  if (result !== undefined) stream.writeInt32(isTup(version) ? '' : 0, result);
  args.forEach(([name, type], i) => write(stream, isTup(version) ? name : from + i, type, values[i]));
  return stream;
}

function decode(stream, version, args, from = 1) {
  return args.map(([name, type], i) => {
    if (isTup(version)) return type === Everything ? stream.readStruct(name, Everything) : stream[`read${type}`](name);
    return type === Everything ? stream.readStruct(from + i, true, Everything) : stream[`read${type}`](from + i, true);
  });
}

/** What a server implements; each function gives its result and the arguments out, as an array or a promise of one. */
class CalculatorImp {
  initialize() {}

  onDispatch(current, name, buffer) {
    const version = current.getRequestVersion();
    if (name === 'tars_ping') {
      this.answer(current, version, [[], []], [0]);
      return error.SUCCESS;
    }
    const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!call) return error.SERVER.FUNC_NOT_FOUND;
    let stream = new Tars.TarsInputStream(buffer);
    if (isTup(version)) {
      stream = new Tars.UniAttribute();
      stream.tupVersion = version;
      stream.decode(buffer);
    }
    Promise.resolve(decode(stream, version, call[0]))
      .then((args) => this[name](current, ...args))
      .then((results) => this.answer(current, version, call, results))
      .catch((failure) => current.sendErrorResponse(failure.code ?? error.SERVER.UNKNOWN, failure.message));
    return error.SUCCESS;
  }

  answer(current, version, call, [result, ...outs]) {
    const stream = encode(version, call[1], outs, call[0].length + 1, result);
    current.doResponse(isTup(version) ? stream.encode() : stream.getBinBuffer());
  }
}

/** What a client calls; each call gives a promise of its result, the arguments out, and the answer's context. */
class CalculatorProxy {
  setTimeout(ms) { this._worker.timeout = ms; }

  setVersion(version) { this._worker.version = version; }

  /** A call of any function; what goes along with it is `{ context, dyeing, packetType }`. */
  async call(name, args = [], property = {}) {
    const [ins, outs] = functions[name] ?? [[], []];
    const { version } = this._worker;
    const request = encode(version, ins, args);
    if (isTup(version)) {
      const { response: { tup, context } } = await this._worker.tup_invoke(name, request, property);
      return { result: tup.readInt32(''), outs: decode(tup, version, outs), context: context.toObject() };
    }
    const { response: { sBuffer, context } } = await this._worker.tars_invoke(name, request.getBinBuffer(), property);
    const stream = new Tars.TarsInputStream(sBuffer);
    const result = stream.readInt32(0, true);
    return { result, outs: decode(stream, version, outs, ins.length + 1), context: context.toObject() };
  }
}

module.exports = { CalculatorImp, CalculatorProxy, Everything };
