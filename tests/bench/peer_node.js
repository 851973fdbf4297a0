// A stock client: `ws` (or, as "own", the WebSocket that comes with Node), JSON.parse and a Map by
// id. usage: peer_node.js ws|own PORT COUNT
// Prints "COUNT BYTES SECONDS", from the connect to the last event.
'use strict';

const [which, port, count] = process.argv.slice(2);
const Client = which === 'ws' ? require('ws') : WebSocket;
const seen = new Map();
let size = 0;
const began = process.hrtime.bigint();
const stream = new Client(`ws://127.0.0.1:${port}/ws/merchant/events`);

stream.onmessage = ({data}) => {
	const event = JSON.parse(data);
	size += data.length;
	seen.set(event.id, event);
	if (seen.size === Number(count)) {
		const seconds = Number(process.hrtime.bigint() - began) / 1e9;
		console.log(seen.size, size, seconds.toFixed(6));
		process.exit(0);
	}
};
stream.onerror = stream.onclose = () => process.exit(1);
