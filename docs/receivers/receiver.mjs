// Receives webhooks on http://127.0.0.1:9000/ and prints those that are genuine. Node 18 or later, nothing to install.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

const key = Buffer.from(process.env.NEWSROOM_SECRET.replace(/^whsec_/, ''), 'base64');

async function receive(request, response) {
  const body = await buffer(request);
  const [id, sent, given] = ['id', 'timestamp', 'signature'].map((name) => request.headers[`webhook-${name}`] ?? '');
  const mac = Buffer.from('v1,' + createHmac('sha256', key).update(`${id}.${sent}.`).update(body).digest('base64'));
  const same = (one) => one.length === mac.length && timingSafeEqual(Buffer.from(one, 'latin1'), mac);
  const genuine = Math.abs(Date.now() / 1000 - Number(sent)) <= 300 && given.split(' ').some(same);
  response.writeHead(genuine ? 204 : 401).end();
  if (!genuine) return;
  const { type, data } = JSON.parse(body);
  console.log(type, 'revision', data.revision, data.headline);
}

createServer((request, response) => receive(request, response).catch(() => response.destroy())).listen(9000, '127.0.0.1');
