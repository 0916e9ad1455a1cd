// Node.js as a server, and as the client that learns what it offers one question at a time.
//   node stack.mjs serve OPTIONS FOLDER   prints the port and serves
//   node stack.mjs ask PORT QUESTIONS     prints whether each question led to a handshake
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';

const [verb, first, second] = process.argv.slice(2);

function serve(options, folder) {
    const read = (name) => readFileSync(`${folder}/${name}`);
    const server = createServer({
        cert: [read('rsa.crt'), read('ec.crt')],
        key: [read('rsa.key'), read('ec.key')],
        ...JSON.parse(options),
    });
    server.on('tlsClientError', () => {});
    server.on('secureConnection', (socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

function takes(port, question) {
    const asked = new Promise((resolve) => {
        const socket = connect({
            host: '127.0.0.1', port, servername: 'www.lamgiang.test', rejectUnauthorized: false,
            ...question,
        });
        socket.once('secureConnect', () => { resolve(true); socket.destroy(); });
        socket.once('error', () => resolve(false));
    });
    // Thrown where this client does not know what it is told to ask for.
    return asked.catch(() => false);
}

if (verb === 'serve') {
    serve(first, second);
} else {
    const answers = [];
    for (const question of JSON.parse(second)) {
        answers.push(await takes(Number(first), question));
    }
    console.log(JSON.stringify(answers));
}
