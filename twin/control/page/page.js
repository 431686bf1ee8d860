// Asks the twin for its status every second and shows it. What did not change is not touched, so that a reader's place stays.

const everyMs = 1000;
const shownStops = 3;

const byId = (id) => document.getElementById(id);
const pause = byId("pause");

/** What each part of the page shows, as JSON. */
const shown = new Map();
/** Each region's troubles and stopped tasks, to tell what changed. */
const told = new Map();

/** An element; texts are never read as HTML. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A line may break inside a name, but not inside a number: as `breakable` of html/html.ts. */
function breakable(words) {
  const [first, ...rest] = words.split(/(?<=[A-Za-z][./:_])(?=\w)|(?<=\w[./:_])(?=[A-Za-z])|(?<=\w-)(?=\w)/);
  return [first, ...rest.flatMap((part) => [document.createElement("wbr"), part])];
}

/** A cell of text, of an element, or of a number, which stands at the end of its column. */
function cell(tag, attributes, content, isNumber) {
  const all = isNumber ? { ...attributes, class: "number" } : attributes;
  return element(tag, all, ...(typeof content === "object" ? [content] : breakable(String(content))));
}

/** A table with a caption and a head for each column and row; one line where there is nothing. A column of numbers is `#NAME`. */
function table(caption, columns, rows) {
  if (rows.length === 0) return element("h3", {}, `${caption}: none`);
  const numbers = columns.map((column) => column.startsWith("#"));
  const heads = columns.map((column, at) => cell("th", { scope: "col" }, column.replace("#", ""), numbers[at]));
  const body = rows.map(({ cells: [first = "", ...rest], bad }) =>
    element(
      "tr",
      bad ? { class: "bad" } : {},
      cell("th", { scope: "row" }, first),
      ...rest.map((content, at) => cell("td", {}, content, numbers[at + 1])),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...body),
  );
}

const timeOf = (date) => date.toLocaleTimeString([], { hourCycle: "h23" });
const clock = (iso) => element("time", { datetime: iso }, timeOf(new Date(iso)));
/** Without the stack's name in front and the engine's digits behind. */
const short = (name, stack) => name.replace(`${stack}-`, "").replace(/-[0-9a-f]{7}(\.fifo)?$/, "");

/** The parts of each stack, whatever AWS region they are in. */
function regionsOf(status) {
  const regions = new Map();
  for (const [aws, parts] of Object.entries(status.regions)) {
    for (const kind of ["services", "certificates", "alarms", "queues", "loadBalancers"]) {
      for (const part of parts[kind]) {
        const stack = part.stack ?? aws;
        const region = regions.get(stack) ?? { stack, aws, tasks: [] };
        regions.set(stack, region);
        region[kind] = [...(region[kind] ?? []), part];
      }
    }
    for (const region of regions.values()) {
      const names = new Set((region.services ?? []).map(({ name }) => name));
      if (region.aws === aws) region.tasks = parts.tasks.filter((t) => names.has(t.service));
    }
  }
  return [...regions.values()].sort((a, b) => rank(a) - rank(b) || (a.stack < b.stack ? -1 : 1));
}

const rank = ({ stack }) => (stack === "staging" ? 0 : 1);

/** What is wrong with a region, in words; empty when nothing is. */
function troubles({ stack, services = [], alarms = [], certificates = [], queues = [] }) {
  return [
    ...services
      .filter((s) => s.running < s.desired)
      .map((s) => `${short(s.name, stack)} runs ${s.running} of ${s.desired}`),
    ...alarms.filter((a) => a.state === "ALARM").map((a) => `alarm ${short(a.name, stack)}`),
    ...certificates
      .filter((c) => c.status !== "ISSUED")
      .map((c) => `certificate of ${c.names[0]}: ${inWords(c.status)}`),
    ...queues.filter((q) => isDeadLetters(q) && q.visible > 0).map((q) => `${q.visible} dead-lettered messages`),
  ];
}

const isDeadLetters = ({ name }) => /dead/i.test(name);

function containers({ stack, services = [] }) {
  return table(
    "Containers",
    ["Service", "#Running", "#Starting", "Release"],
    services.map(({ name, running, desired, pending, releases }) => ({
      cells: [short(name, stack), `${running} of ${desired}`, pending, releases.join(", ") || "–"],
      bad: running < desired,
    })),
  );
}

/** The newest first. */
const stoppedOf = (tasks) =>
  tasks.filter(({ stoppedAt }) => stoppedAt).sort((a, b) => (a.stoppedAt < b.stoppedAt ? 1 : -1));

function stops({ stack, tasks }) {
  const stopped = stoppedOf(tasks).slice(0, shownStops);
  return table(
    "Stopped last",
    ["Service", "When", "Why"],
    stopped.map(({ service, stoppedAt, stoppedReason }) => ({
      cells: [short(service, stack), clock(stoppedAt), stoppedReason ?? ""],
    })),
  );
}

const inWords = (status) => status.toLowerCase().replaceAll("_", " ");
const byName = (a, b) => (a.names[0] < b.names[0] ? -1 : 1);

function certificates({ certificates: all = [] }) {
  return table(
    "Certificates",
    ["Host name", "#Days left", "Status"],
    all.toSorted(byName).map(({ names, daysLeft, status }) => ({
      cells: [names.join(", "), daysLeft ?? "–", inWords(status)],
      bad: status !== "ISSUED",
    })),
  );
}

function queues({ stack, queues: all = [] }) {
  return table(
    "Queues",
    ["Queue", "#Waiting", "#Taken", "#Oldest"],
    all.map((queue) => ({
      cells: [
        short(queue.name, stack),
        queue.visible,
        queue.inFlight,
        queue.visible + queue.inFlight === 0 ? "–" : `${queue.oldestSeconds} s`,
      ],
      bad: isDeadLetters(queue) && queue.visible > 0,
    })),
  );
}

function alarms({ stack, alarms: all = [] }) {
  const raised = all.filter(({ state }) => state === "ALARM");
  const count = (state) => all.filter((alarm) => alarm.state === state).length;
  const sum = `Alarms: ${raised.length} raised, ${count("OK")} OK, ${count("INSUFFICIENT_DATA")} without data`;
  if (raised.length === 0) return element("h3", {}, sum);
  return table(
    sum,
    ["Alarm", "Since", "Why"],
    raised.map(({ name, updatedAt, reason }) => ({
      cells: [short(name, stack), clock(updatedAt), reason],
      bad: true,
    })),
  );
}

function section(region) {
  const { stack, aws } = region;
  const wrong = troubles(region);
  return element(
    "section",
    { "aria-labelledby": `region-${stack}`, ...(wrong.length > 0 && { class: "trouble" }) },
    element("h2", { id: `region-${stack}` }, stack, " ", element("small", {}, aws)),
    wrong.length === 0
      ? element("p", { class: "state good" }, "✓ Nothing is wrong")
      : element("ul", { class: "state bad" }, ...wrong.map((line) => element("li", {}, ...breakable(`✗ ${line}`)))),
    ...[containers, stops, queues, alarms, certificates].map((part) => part(region)),
  );
}

function orders(all) {
  return table(
    "Newest first",
    ["Order", "Where it is", "Since", "#Attempts"],
    all.map(({ key, state, where, at, attempts }) => ({
      cells: [
        key,
        { waiting: "waits in ", taken: "taken by dispatch from ", arrived: "arrived at " }[state] + where,
        clock(at),
        attempts,
      ],
    })),
  );
}

/** Shows a part again if it is not as it was. */
function update(name, data, show) {
  const now = JSON.stringify(data);
  if (shown.get(name) === now) return;
  shown.set(name, now);
  show();
}

/** Says what changed since the last look, once. */
function announce(regions) {
  const news = regions.flatMap((region) => {
    const { stack, tasks } = region;
    const now = { trouble: troubles(region).join("; "), stopped: new Set(stoppedOf(tasks).map(({ id }) => id)) };
    const before = told.get(stack);
    told.set(stack, now);
    if (!before) return [];
    const reasons = stoppedOf(tasks)
      .filter(({ id }) => !before.stopped.has(id))
      .map(({ service, stoppedReason }) => `${short(service, stack)} stopped: ${stoppedReason}`);
    const trouble = now.trouble === before.trouble ? [] : [now.trouble || "nothing is wrong"];
    const all = [...new Set(reasons), ...trouble];
    return all.length === 0 ? [] : [`${stack}: ${all.join("; ")}.`];
  });
  if (news.length > 0) byId("news").textContent = `${timeOf(new Date())} ${news.join(" ")}`;
}

function show(status) {
  const regions = regionsOf(status);
  const { pid, containers: runtime, megabytes } = status.twin;
  update("twin", [pid, runtime, megabytes], () => {
    byId("twin").textContent = `process ${pid}, containers run as ${runtime}, ${megabytes} MB`;
  });
  const place = byId("regions");
  update(
    "stacks",
    regions.map(({ stack }) => stack),
    () => {
      const none = element("p", {}, "Nothing is deployed yet.");
      place.replaceChildren(...(regions.length === 0 ? [none] : regions.map(() => element("section", {}))));
      for (const { stack } of regions) shown.delete(stack);
    },
  );
  regions.forEach((region, index) => {
    update(region.stack, region, () => place.children[index]?.replaceWith(section(region)));
  });
  update("orders", status.orders, () => document.querySelector("#orders div")?.replaceChildren(orders(status.orders)));
  announce(regions);
}

async function look() {
  const still = pause.getAttribute("aria-pressed") === "true" || document.hidden;
  try {
    if (!still) {
      const answer = await fetch("status");
      show(await answer.json());
      document.body.classList.remove("gone");
    }
  } catch {
    document.body.classList.add("gone");
    update("twin", "gone", () => {
      byId("twin").textContent = "does not answer; this is what it said last";
    });
  }
  setTimeout(look, everyMs);
}

pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", String(paused));
});
look();
