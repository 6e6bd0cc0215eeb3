'use strict';
// A TARS server: @tars/rpc.   node server.js [PORT]
const { server } = require('@tars/rpc');
const { CalculatorImp } = require('./calculator.js');

class Calculator extends CalculatorImp {
  notesSeen = 0;

  plus(current, a, b) { return [a + b]; }

  echo(current, text) { return [0, text]; }

  everything(current, value) { return [0, value]; }

  about(current) {
    current.setResponseContext({ server: 'calculator' });
    return [0, current.getContext().get('zone') ?? '', current.getRequestStatus().get('STATUS_DYED_KEY') ?? ''];
  }

  async slow(current, ms) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return [0];
  }

  fail(current, code) { throw Object.assign(new Error('on purpose'), { code }); }

  note() {
    this.notesSeen++;
    return [0];
  }

  notes() { return [0, this.notesSeen]; }
}

const port = Number(process.argv[2] ?? 8081);
server.createServer(Calculator).start({
  servant: 'Demo.CalculatorServer.CalculatorObj',
  endpoint: `tcp -h 127.0.0.1 -p ${port} -t 60000`,
  protocol: 'tars',
});
