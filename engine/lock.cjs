/**
 * A lock between processes: one file, made exclusively, that names its holder. CommonJS in plain JavaScript, because
 * run.mjs needs it before Node 24 is there, and jest loads it too.
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { randomUUID } = require("node:crypto");
const { setTimeout: pause } = require("node:timers/promises");

/** The holder touches its file this often (ms). */
const HEARTBEAT = 5_000;
/** A file that was not touched for this long (ms) has no owner, whatever its process ids say: ids are reused. */
const SILENT = 180_000;
/** How often a waiting process looks again (ms). */
const LOOK_AGAIN = 200;

/**
 * Runs `work` while holding the lock `file`; waits for its holder. The lock of a process that died is taken over.
 *
 * @template T
 * @param {string} file path of the lock; its folder is made
 * @param {(alsoHeldBy: (pid: number | undefined) => void) => Promise<T>} work is given a function that names a child as
 *   a second holder: a child continues its work when this process is killed
 * @param {(holder: string) => void} [onWait] called once if it has to wait, with who is waited for
 * @returns {Promise<T>}
 */
async function withLock(file, work, onWait = () => {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const token = randomUUID();
  for (let told = false; !acquire(file, token); await pause(LOOK_AGAIN)) {
    if (removeStale(file) || told) continue;
    told = true;
    onWait(describe(read(file)));
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT);
  heartbeat.unref();
  try {
    return await work((pid) => {
      if (pid !== undefined) fs.writeFileSync(file, holders(token, [process.pid, pid]));
    });
  } finally {
    clearInterval(heartbeat);
    if (read(file)?.token === token) fs.rmSync(file, { force: true });
  }
}

function holders(/** @type {string} */ token, /** @type {number[]} */ pids) {
  return JSON.stringify({ pids, host: os.hostname(), token });
}

function acquire(/** @type {string} */ file, /** @type {string} */ token) {
  try {
    fs.writeFileSync(file, holders(token, [process.pid]), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead holder, and says whether it did. Only one process at a time may judge and remove,
 * or the second would remove the lock that the first has just taken: hence the folder, which mkdir makes exclusively.
 */
function removeStale(/** @type {string} */ file) {
  if (!isStale(file)) return false;
  const judging = `${file}.judging`;
  try {
    fs.mkdirSync(judging);
  } catch {
    if (age(judging) > SILENT) fs.rmSync(judging, { recursive: true, force: true });
    return false;
  }
  try {
    if (!isStale(file)) return false;
    fs.rmSync(file, { force: true });
    return true;
  } finally {
    fs.rmSync(judging, { recursive: true, force: true });
  }
}

function isStale(/** @type {string} */ file) {
  const silence = age(file);
  if (silence > SILENT) return true;
  const holder = read(file);
  return holder !== undefined && holder.host === os.hostname() && !holder.pids.some(isAlive);
}

/** Milliseconds since the file was touched; 0 if it is gone, for then there is nothing to judge. */
function age(/** @type {string} */ file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat ? Date.now() - stat.mtimeMs : 0;
}

/** @returns {{ pids: number[], host: string, token: string } | undefined} nothing when it is gone or half written */
function read(/** @type {string} */ file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

function touch(/** @type {string} */ file) {
  const now = new Date();
  fs.utimes(file, now, now, () => {});
}

function describe(/** @type {ReturnType<typeof read>} */ holder) {
  return holder ? `process ${holder.pids.join(" and ")} on ${holder.host}` : "another process";
}

module.exports = { withLock };
