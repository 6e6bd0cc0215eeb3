// Says one thing over a WebSocket, prints the answer, and leaves.
const socket = new WebSocket('ws://127.0.0.1:8080/chat');
socket.onopen = () => socket.send(process.argv[2] ?? 'hello');
socket.onmessage = (message) => {
  console.log(message.data);
  socket.close(1000, 'bye');
};
socket.onclose = (event) => console.log(`closed: ${event.code} ${event.reason}`);
