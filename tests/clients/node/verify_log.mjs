// Verifies what Sanzhang signs with nothing but Node: no package, nothing of ours.
//
//   node verify_log.mjs --key=KEY --receipt=FILE
//   node verify_log.mjs --key=KEY --log=FOLDER|URL [--records=FILE] [--known=FILE]...
//
// As ../go/verify_log.go, by other means: it computes every root from the leaves alone.
// Prints `accepted: ...` and ends with 0, or `refused: ...` and ends with 1.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const WIDTH = 256;
const HASH_BYTES = 32;
const PROOF_LINE = "c2sp.org/tlog-proof@v1";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (bytes) => sha256(Buffer.from([0]), bytes);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

// RFC 6962, 2.1: of the leaves begin .. end.
function rootOf(leaves, begin = 0, end = leaves.length) {
  if (begin === end) return sha256();
  // A stack of whole subtrees, as if leaf after leaf were added.
  const stack = [];
  for (let i = begin; i < end; i++) {
    let node = { hash: leaves[i], size: 1 };
    while (stack.length > 0 && stack.at(-1).size === node.size) {
      const left = stack.pop();
      node = { hash: nodeHash(left.hash, node.hash), size: 2 * node.size };
    }
    stack.push(node);
  }
  return stack.reduceRight((right, left) => (right ? nodeHash(left.hash, right) : left.hash), null);
}

// Signed notes.

function parseKey(text) {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text.trim()) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Error("not the key of a log");
  if (sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4).toString("hex") !== id) throw new Error("the id of the key does not go with it");
  const x = bytes.subarray(1).toString("base64url");
  return { name, id, key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
}

// The tree that a checkpoint is of, if the key has signed it.
function openCheckpoint(note, key) {
  const split = note.lastIndexOf("\n\n");
  const text = note.slice(0, split + 1);
  let signed = false;
  for (const line of note.slice(split + 2).split("\n").slice(0, -1)) {
    const [, name, base64] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error("a signature line is malformed");
    const bytes = Buffer.from(base64, "base64");
    if (name !== key.name || bytes.subarray(0, 4).toString("hex") !== key.id) continue;
    if (!verify(null, Buffer.from(text), key.key, bytes.subarray(4))) throw new Error("the signature is wrong");
    signed = true;
  }
  if (!signed) throw new Error("the log has not signed the checkpoint");
  const [origin, size, root] = text.split("\n");
  if (origin !== key.name || !/^(0|[1-9]\d*)$/.test(size)) throw new Error("not a checkpoint of this log");
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

// Receipts.

function parseReceipt(text) {
  const split = text.indexOf("\n\n");
  const [first, extra, index, ...path] = text.slice(0, split).split("\n");
  if (first !== PROOF_LINE || !extra?.startsWith("extra ") || !/^index (0|[1-9]\d*)$/.test(index)) throw new Error("not a tlog-proof with its extra");
  return {
    leaf: leafOf(Buffer.from(extra.slice(6), "base64")),
    index: Number(index.slice(6)),
    path: path.map((line) => Buffer.from(line, "base64")),
    checkpoint: text.slice(split + 2),
  };
}

// A protobuf message of one field: 1 is the record, 2 the hash of its leaf.
function leafOf(extra) {
  let length = 0;
  let at = 1;
  for (let shift = 0; at < extra.length && shift < 28; shift += 7) {
    length |= (extra[at] & 0x7f) << shift;
    if (extra[at++] < 0x80) break;
  }
  const value = extra.subarray(at);
  if (value.length === length && extra[0] === 0x0a) return leafHash(value);
  if (value.length === length && extra[0] === 0x12 && length === HASH_BYTES) return value;
  throw new Error("the receipt does not say what it is about");
}

// RFC 6962, 2.1.1: the root that a path leads to, in its own recursive words.
function rootFromPath(leaf, index, size, path) {
  if (index >= size) throw new Error("the tree has no such leaf");
  if (size === 1) {
    if (path.length !== 0) throw new Error("the path is too long");
    return leaf;
  }
  if (path.length === 0) throw new Error("the path is too short");
  let split = 1;
  while (split * 2 < size) split *= 2;
  const sibling = path.at(-1);
  const below = path.slice(0, -1);
  return index < split
    ? nodeHash(rootFromPath(leaf, index, split, below), sibling)
    : nodeHash(sibling, rootFromPath(leaf, index - split, size - split, below));
}

function verifyReceipt(text, key) {
  const { leaf, index, path, checkpoint } = parseReceipt(text);
  const tree = openCheckpoint(checkpoint, key);
  const root = rootFromPath(leaf, index, tree.size, path);
  if (!root.equals(tree.root)) throw new Error(`position ${index + 1}: the path leads to another root`);
  return `position ${index + 1} is in the tree of ${tree.size}`;
}

// Logs.

async function fetchFile(log, path) {
  if (!log.startsWith("http")) return readFileSync(`${log}/${path}`);
  const answer = await fetch(`${log.replace(/\/$/, "")}/${path}`);
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

function tilePath(index, width) {
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  return `tile/0/${path}${width < WIDTH ? `.p/${width}` : ""}`;
}

async function leavesOf(log, size) {
  const leaves = [];
  for (let index = 0; index * WIDTH < size; index++) {
    const width = Math.min(WIDTH, size - index * WIDTH);
    const tile = await fetchFile(log, tilePath(index, width));
    if (tile.length !== width * HASH_BYTES) throw new Error(`${tilePath(index, width)}: not a tile`);
    for (let i = 0; i < width; i++) leaves.push(tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }
  return leaves;
}

async function compareRecords(leaves, file) {
  let read = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const { position, bytes } = JSON.parse(line);
    if (Number(position) !== ++read) throw new Error(`position ${read}: the line says it is ${position}`);
    if (read > leaves.length) continue; // Not signed yet.
    if (!leafHash(Buffer.from(bytes, "base64")).equals(leaves[read - 1])) throw new Error(`position ${read}: the record is not the one that was signed`);
  }
  if (read < leaves.length) throw new Error(`position ${read + 1}: the record is not there`);
}

function checkKnown(leaves, file, key) {
  let text = readFileSync(file, "utf8");
  if (text.startsWith(PROOF_LINE)) {
    verifyReceipt(text, key);
    text = parseReceipt(text).checkpoint;
  }
  const known = openCheckpoint(text, key);
  if (known.size > leaves.length) throw new Error(`position ${leaves.length + 1}: the log ends before it, but a tree of ${known.size} was signed`);
  if (!rootOf(leaves, 0, known.size).equals(known.root)) throw new Error(`the first ${known.size} records are not those that were signed`);
}

async function verifyLog({ log, records, known }, key) {
  const tree = openCheckpoint((await fetchFile(log, "checkpoint")).toString("utf8"), key);
  const leaves = await leavesOf(log, tree.size);
  if (!rootOf(leaves).equals(tree.root)) throw new Error("the tiles have another root");
  if (records) await compareRecords(leaves, records);
  for (const file of known) checkKnown(leaves, file, key);
  return `the tree of ${tree.size} records`;
}

const flags = { known: [] };
for (const argument of process.argv.slice(2)) {
  const [, name, value] = /^--(\w+)=(.*)$/s.exec(argument) ?? [];
  if (name === "known") flags.known.push(value);
  else if (["key", "receipt", "log", "records"].includes(name)) flags[name] = value;
  else throw new Error(`${argument} is not known`);
}
try {
  const key = parseKey(flags.key ?? "");
  const what = flags.receipt ? verifyReceipt(readFileSync(flags.receipt, "utf8"), key) : await verifyLog(flags, key);
  console.log(`accepted: ${what}`);
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
