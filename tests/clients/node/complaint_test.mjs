// A complaint's way, from a resident's command to two bodies' screens.
//
//     node --test complaint_test.mjs, with SANZHANG_PROGRAM and SANZHANG_ROOT in the environment
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import grpc from '@grpc/grpc-js';
import { Sanzhang, person, requestId, service } from './sanzhang_client.mjs';

const { SANZHANG_PROGRAM: program, SANZHANG_ROOT: root } = process.env;
const COMMUNITY = 'communities/c1';
const BUILDING = `${COMMUNITY}/buildings/b1`;
const COMMITTEE = `${COMMUNITY}/bodies/rc`;
const WORDS = '三单元电梯每天停运，老人下不了楼。';
const OPERATOR = service('operator');
const LI = person('p-li');
const WANG = person('p-wang');
const folder = mkdtempSync(join(tmpdir(), 'sanzhang-client-'));
let server;
let sanzhang;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function found() {
  const send = (method, request) =>
    sanzhang.call(sanzhang.registry, method, { request_id: requestId(), ...request }, OPERATOR);
  await send('RegisterCommunity', { community_id: 'c1', display_name: '幸福里社区', subdistrict: 'subdistricts/s1' });
  await send('RegisterBuilding', { parent: COMMUNITY, building_id: 'b1', display_name: '1号楼' });
  for (const id of ['p-li', 'p-wang']) await send('RegisterPerson', { parent: COMMUNITY, person_id: id });
  await send('EnrollResident', { name: `${COMMUNITY}/persons/p-li`, place: { building: BUILDING } });
  await send('ConfirmResident', { name: `${COMMUNITY}/persons/p-li` });
  await send('PrepareBody', {
    parent: COMMUNITY, body_id: 'rc', kind: 'BODY_KIND_RESIDENTS_COMMITTEE', display_name: '幸福里社区居民委员会' });
  await send('EstablishBody', { name: COMMITTEE });
  await send('SeatMember', {
    parent: COMMUNITY, body: COMMITTEE, person: `${COMMUNITY}/persons/p-wang`, office: 'OFFICE_CHAIR' });
}

describe('a complaint', () => {
  before(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const log = openSync(join(folder, 'server.log'), 'w');
    server = spawn(program, ['serve', '--data', join(folder, 'data'), '--listen', address, '--http-listen', '',
      '--policy', join(root, 'deploy/policy')], { stdio: ['ignore', log, log] });
    sanzhang = new Sanzhang(address, join(root, 'proto'));
    await sanzhang.ready();
    await found();
  });

  after(async () => {
    sanzhang.close();
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true });
  });

  const filing = (changes = {}) => ({
    parent: COMMUNITY, request_id: requestId(), category: 'CATEGORY_FACILITY', place: { building: BUILDING },
    text: { content: WORDS }, ...changes });
  const file = (request = filing()) => sanzhang.call(sanzhang.complaint, 'FileComplaint', request, LI);
  const head = async () => (await sanzhang.call(sanzhang.log, 'GetHead', {}, OPERATOR)).position;

  it('the same request again gets the same answer', async () => {
    const request = filing();
    const first = await file(request);
    assert.deepEqual(await file(request), first);
    assert.equal(await head(), first.position);
  });

  it('its complainant and the committee read it back', async () => {
    const { name, etag, position } = await file();
    const mine = await sanzhang.call(sanzhang.resident, 'GetMyComplaint', { name, min_position: position }, LI);
    assert.ok(BigInt(mine.freshness.as_of_position) >= BigInt(position));
    assert.deepEqual([mine.complaint.text.text, mine.complaint.mine], [WORDS, true]);
    const theirs = await sanzhang.call(sanzhang.committee, 'GetComplaint', { name, min_position: position }, WANG);
    assert.deepEqual([theirs.complaint.text.text, theirs.complaint.etag, theirs.complaint.state], [WORDS, etag, 'STATE_FILED']);
  });

  it('a screen follows it', async () => {
    const { name, position } = await file();
    const watch = sanzhang.follow(sanzhang.committee, 'WatchComplaints',
      { parent: COMMUNITY, filter: `name = "${name}"`, min_position: position }, WANG);
    const answers = watch[Symbol.asyncIterator]();
    const { complaints: [row] } = (await answers.next()).value;
    assert.equal(row.state, 'STATE_FILED');
    const accepted = await sanzhang.call(sanzhang.complaint, 'AcceptComplaint',
      { name, request_id: requestId(), etag: row.etag }, WANG);
    let answer;
    do answer = (await answers.next()).value;
    while (BigInt(answer.freshness.as_of_position) < BigInt(accepted.position));
    assert.deepEqual([answer.complaints[0].state, answer.complaints[0].etag], ['STATE_ACCEPTED', accepted.etag]);
    watch.on('error', () => {});  // The cancellation itself.
    watch.cancel();
  });

  it('a wrong shape names every violation, and adds nothing', async () => {
    const end = await head();
    await assert.rejects(file({ parent: 'community 1', request_id: '12' }), (error) => {
      assert.deepEqual([error.code, error.reason], [grpc.status.INVALID_ARGUMENT, 'INVALID_REQUEST']);
      assert.deepEqual(Object.keys(error.violations).sort(), ['category', 'parent', 'place', 'request_id', 'text']);
      return true;
    });
    assert.equal(await head(), end);
  });

  it('a refusal says why, for programs', async () => {
    const { name } = await file();
    const end = await head();
    const accept = (who, etag) =>
      sanzhang.call(sanzhang.complaint, 'AcceptComplaint', { name, request_id: requestId(), etag }, who);
    await assert.rejects(accept(LI, ''), { code: grpc.status.PERMISSION_DENIED, reason: 'PERMISSION_DENIED' });
    await assert.rejects(accept(WANG, 'stale'), { code: grpc.status.ABORTED, reason: 'REVISION_CONFLICT' });
    assert.equal(await head(), end);
  });
});
