/**
 * The packages that package-lock.json asks for: are they in node_modules, and if not, `npm ci`.
 * CommonJS in plain JavaScript, because run.mjs needs it before any package or Node 24 is there, and jest loads it too.
 */
const fs = require("node:fs");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { withLock } = require("../engine/lock.cjs");

/** A problem that the operator fixes: its message is shown without a stack trace. */
class SetupProblem extends Error {
  constructor(/** @type {string} */ message) {
    super(message);
    this.name = "SetupProblem";
  }
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, dev?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage */
/** @typedef {{ packages: Record<string, LockedPackage> }} Lockfile */

/**
 * What keeps node_modules from being what the lockfile asks for, in words, or nothing when it is.
 * npm writes node_modules/.package-lock.json as the last step of an install, so an interrupted one leaves none.
 *
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile | undefined} installed node_modules/.package-lock.json
 * @param {boolean} [production] whether what `npm ci --omit=dev` installs is enough
 * @returns {string | undefined}
 */
function difference(wanted, installed, production = false) {
  if (!installed) return "nothing is installed yet";
  const omitted = production && !Object.keys(installed.packages).some((location) => wanted.packages[location]?.dev);
  for (const [location, want] of Object.entries(wanted.packages)) {
    if (location === "") continue;
    const have = installed.packages[location];
    const name = location.replace(/^.*node_modules\//, "");
    if (!have) {
      if (omitted && want.dev) continue;
      if (want.optional || want.devOptional) continue; // another platform's
      return `${name} ${want.version} is missing`;
    }
    if (have.version !== want.version) return `${name} is ${have.version}, package-lock.json says ${want.version}`;
    if (have.integrity !== want.integrity) return `${name} ${have.version} is not the one of package-lock.json`;
  }
  const extra = Object.keys(installed.packages).find((location) => !(location in wanted.packages));
  return extra && `${extra.replace(/^.*node_modules\//, "")} is not in package-lock.json`;
}

/**
 * Makes `folder`/node_modules match `folder`/package-lock.json; calls npm only when it does not.
 *
 * @param {{ folder: string, needs?: string, production?: boolean, report: (line: string) => void }} options `needs`: a
 *   file, relative to the folder, that an install script puts there; without it the packages count as not installed.
 *   `production`: packages for development may be absent
 * @returns {Promise<void>}
 * @throws {SetupProblem} npm is missing, cannot reach its registry, or fails
 */
async function ensureDependencies({ folder, needs, production = false, report }) {
  if (!whatIsWrong(folder, needs, production)) return;
  const lock = path.join(folder, ".order-queue", "npm.lock");
  await withLock(
    lock,
    async (alsoHeldBy) => {
      const reason = whatIsWrong(folder, needs, production);
      if (!reason) return; // the lock's former holder has installed them
      report(`Installing packages: ${reason} (about a minute) …`);
      await npmCi(folder, alsoHeldBy, report);
      if (needs && !fs.existsSync(path.join(folder, needs))) throw new SetupProblem(scriptNotRun(folder, needs));
    },
    (holder) => report(`Waiting for ${holder}, which is installing packages (${lock}) …`),
  );
}

/**
 * @param {string} folder
 * @param {string | undefined} needs
 * @param {boolean} production
 */
function whatIsWrong(folder, needs, production) {
  const wanted = readJson(path.join(folder, "package-lock.json"));
  if (!wanted)
    throw new SetupProblem(
      `${path.join(folder, "package-lock.json")} is missing or no JSON: restore it (git checkout).`,
    );
  const reason = difference(wanted, readJson(path.join(folder, "node_modules", ".package-lock.json")), production);
  if (reason) return reason;
  return needs && !fs.existsSync(path.join(folder, needs)) ? `${needs} is missing` : undefined;
}

/** @returns {Lockfile | undefined} */
function readJson(/** @type {string} */ file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {(pid: number | undefined) => void} onStart
 * @param {(line: string) => void} report
 */
function npmCi(folder, onStart, report) {
  return new Promise((/** @type {(value?: undefined) => void} */ resolve, reject) => {
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const child = spawn("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=warn"], {
      cwd: folder,
      // npm ci takes node_modules away: npm itself must not run on the node that lies in it.
      env: { ...process.env, PATH: withoutLocalBins(process.env.PATH ?? "") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onStart(child.pid);
    let output = "";
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const progress = setInterval(() => report(`  npm ci … ${seconds()} s`), 10_000);
    let interrupted = false;
    const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
      interrupted = true;
      child.kill(signal);
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    child.on("error", (error) => finish(new SetupProblem(npmNotStarted(error))));
    child.on("close", (code) => {
      if (interrupted) finish(new SetupProblem("Interrupted while installing packages; the next run begins again."));
      else finish(code === 0 ? undefined : new SetupProblem(npmFailed(folder, code, output)));
    });

    function finish(/** @type {SetupProblem | undefined} */ problem) {
      clearInterval(progress);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      if (problem) return reject(problem);
      report(`Packages installed in ${seconds()} s.`);
      resolve();
    }
  });
}

function withoutLocalBins(/** @type {string} */ searchPath) {
  const bins = path.join("node_modules", ".bin");
  return searchPath
    .split(path.delimiter)
    .filter((entry) => !entry.endsWith(bins))
    .join(path.delimiter);
}

function npmNotStarted(/** @type {NodeJS.ErrnoException} */ error) {
  if (error.code !== "ENOENT") return `npm could not be started: ${error.message}`;
  return "npm is not on PATH. It comes with Node: install a Node LTS (https://nodejs.org), then run the same command again.";
}

const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** What npm's failure means and its fix, with npm's own last lines. */
function npmFailed(/** @type {string} */ folder, /** @type {number | null} */ code, /** @type {string} */ output) {
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => !line.startsWith("npm warn"));
  const last = (errors.length > 0 ? errors : lines).slice(-15).join("\n  ");
  const mend = UNREACHABLE.test(output)
    ? "npm could not reach its registry. Check the network, a proxy (HTTPS_PROXY), and `npm config get registry`; then run the same command again."
    : /\bEUSAGE\b/.test(output)
      ? `package.json and package-lock.json in ${folder} do not agree: run \`npm install\` there, or restore both (git checkout).`
      : /\bENOSPC\b/.test(output)
        ? "The disk is full: free about 1 GB, then run the same command again."
        : `Run \`npm ci\` in ${folder} to see all of it.`;
  return `npm ci failed (exit code ${code}). Its last lines:\n  ${last}\n${mend}`;
}

function scriptNotRun(/** @type {string} */ folder, /** @type {string} */ needs) {
  return `npm installed the packages but ${path.join(folder, needs)} is not there: its install script did not run (is ignore-scripts set? \`npm config get ignore-scripts\`). Run: npm rebuild node --ignore-scripts=false`;
}

module.exports = { SetupProblem, difference, ensureDependencies, npmFailed };
