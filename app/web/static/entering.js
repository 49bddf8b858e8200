// What a form says while it is filled in. All of it the server says, too, once the form is sent.
(() => {
  "use strict";
  const at = (id) => document.getElementById(id);
  const words = (n) => n.toLocaleString(document.documentElement.lang);
  const number = (field) => (/^\s*\d{1,7}\s*$/.test(field.value) ? +field.value : NaN);
  const say = (output, kind, values) => {
    const text = (output.dataset[kind] || "").replace(/{(\w+)}/g, (_, name) => words(values[name]));
    output.className = kind === "same" ? "told ok" : "told";
    if (output.textContent !== text) output.textContent = text;
  };
  // A box: what was sent, less what was counted.
  for (const output of document.querySelectorAll("output[data-sent]")) {
    const field = at(output.htmlFor[0]), sent = +output.dataset.sent;
    const tell = () => {
      const n = number(field) - sent;
      say(output, Number.isNaN(n) ? "" : n ? (n < 0 ? "less" : "more") : "same", { n: Math.abs(n), sent });
    };
    field.addEventListener("input", tell);
    tell();
  }
  // A final count: what is left over or lost was not handed out, until somebody says how many were.
  for (const output of document.querySelectorAll("output[data-had]")) {
    const [handed, left, lost] = output.htmlFor.value.split(" ").map(at);
    const had = +output.dataset.had, least = +output.dataset.least;
    let own = number(handed) + number(left) + number(lost) !== had;
    const tell = (event) => {
      if (event && event.target === handed) own = true;
      if (event && !own) {
        const rest = had - number(left) - number(lost);
        if (rest >= 0) handed.value = Math.max(least, rest);
      }
      const sum = number(handed) + number(left) + number(lost), n = had - sum;
      const kind = Number.isNaN(sum) ? "" : number(handed) < least ? "low" : n ? (n > 0 ? "less" : "more") : "same";
      say(output, kind, { n: kind === "low" ? least : Math.abs(n), had });
    };
    for (const field of [handed, left, lost]) field.addEventListener("input", tell);
    tell();
  }
  // Handles: how each line is read, by the server's own parser.
  for (const area of document.querySelectorAll("textarea[data-reads]")) {
    const list = at(area.dataset.list);
    let timer = 0, asked = 0;
    const read = async () => {
      const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 50);
      const mine = ++asked;
      let found = [];
      if (lines.length) {
        try {
          const answer = await fetch(area.dataset.reads, { method: "POST", body: new URLSearchParams({ people: lines.join("\n") }) });
          if (!answer.ok) return;
          found = (await answer.json()).lines;
        } catch {
          return; // no network: the server says it when the form is sent
        }
      }
      if (mine !== asked) return;
      list.replaceChildren(...found.map((line) => {
        const item = document.createElement("li");
        item.className = line.wrong ? "wrong" : "";
        item.textContent = line.said;
        return item;
      }));
    };
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(read, 300);
    });
    read();
  }
})();
