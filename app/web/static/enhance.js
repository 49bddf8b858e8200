// What makes the pages easier where scripts run. Each works without it.
(() => {
  "use strict";
  // A second press within a second is a slip of the finger: the form goes once.
  let sent = 0;
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const now = Date.now();
    if (now - sent < 1000) event.preventDefault();
    else sent = now;
  });
  addEventListener("pageshow", () => { sent = 0; });
  // After a refusal, the reader is taken to what it says.
  const refusal = document.querySelector("[data-focus]");
  if (refusal) refusal.focus();
  // Choices of a filter are applied at once.
  for (const form of document.querySelectorAll("form[data-apply]")) {
    form.addEventListener("change", (event) => {
      if (event.target.tagName === "SELECT") form.requestSubmit();
    });
  }
  // Sentences and snippets to copy.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.copied;
    });
  }
  // Ribbons that are handed out one after the other gather into one entry, which then goes by itself. An entry keeps
  // its name until the server's own page has come back, so that one that is sent again counts once.
  const at = (id) => document.getElementById(id);
  if (at("adds")) {
    const form = at("adds").querySelector("form");
    let taps = [], queue = [], sending = false, failed = false, timer = 0, began = 0;
    const sum = (list) => list.reduce((all, one) => all + one, 0);
    const entry = () => {
      const b = crypto.getRandomValues(new Uint8Array(16));
      b[6] = b[6] & 15 | 64;
      b[8] = b[8] & 63 | 128;
      return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    };
    const draw = () => {
      const { out, left } = at("sums").dataset, more = sum(taps) + sum(queue.map((one) => one.n));
      const words = (n) => n.toLocaleString(document.documentElement.lang);
      at("out").textContent = words(+out + more);
      at("left").textContent = words(left - more);
      const part = `${100 * (+out + more) / (+out + +left || 1)}%`;
      at("reached").setAttribute("width", part);
      at("end").setAttribute("x", part);
      for (const each of at("adds").children) each.querySelector("button").disabled = each.dataset.tap > at("adds").dataset.left - more;
      const sync = at("sync");
      sync.hidden = false;
      sync.classList.toggle("ok", !more);
      const said = more ? sync.dataset[failed === 401 ? "over" : "waits"].replace("{n}", more) : sync.dataset.sent;
      if (sync.textContent !== said) sync.textContent = said;
      if (!taps.length) return;
      const undo = document.querySelector("[data-undo]");
      undo.hidden = false;
      undo.querySelector("span").textContent = at("undo").dataset.said.replace("{n}", taps.at(-1));
    };
    const show = (text, refused) => {
      const fresh = new DOMParser().parseFromString(text, "text/html");
      if (refused) return document.querySelector("main").replaceWith(fresh.querySelector("main")), document.querySelector("[data-focus]")?.focus();
      for (const id of ["sums", "undo", "made"]) at(id).replaceWith(fresh.getElementById(id));
      if (!fresh.getElementById("sync").matches(".ok")) at("sync").dataset.sent = fresh.getElementById("sync").textContent;
      at("adds").dataset.left = fresh.getElementById("adds")?.dataset.left || 0;
    };
    const post = (one) => fetch(form.action, { method: "POST", keepalive: true, signal: AbortSignal.timeout(20000), headers: { Accept: "text/html" }, body: one.body });
    const seal = () => {
      clearTimeout(timer);
      if (sum(taps)) queue.push({ n: sum(taps), body: new URLSearchParams({ entry_id: entry(), design_id: form.elements.design_id.value, quantity: sum(taps) }) });
      taps = [];
    };
    const send = async () => {
      seal();
      if (sending || !queue.length) return;
      sending = true;
      try {
        const answer = await post(queue[0]), text = await answer.text();
        const kept = answer.redirected && answer.ok && answer.url.startsWith(form.action);
        if (!kept && (answer.ok || answer.status > 499 || [401, 403, 429].includes(answer.status))) throw answer;
        queue.shift();
        failed = false;
        show(text, !kept);
        if (kept) draw();
      } catch (error) {
        failed = error.status || true;
        draw();
      }
      sending = false;
      if (queue.length && at("adds")) timer = setTimeout(send, failed ? 4000 : 0);
    };
    document.addEventListener("submit", (event) => {
      const { tap, undo } = event.target.dataset;
      if (tap) {
        event.preventDefault();
        if (!taps.length) began = Date.now();
        taps.push(+tap);
      } else if (undo === undefined || !(taps.length || queue.length)) return;
      else {
        event.preventDefault();
        if (!taps.pop()) return;
      }
      draw();
      clearTimeout(timer);
      timer = setTimeout(send, Date.now() - began > 8000 ? 0 : 1500);
    });
    // Whoever leaves the page leaves nothing behind: a second sending of the same entry counts once.
    const leave = () => {
      seal();
      queue.forEach((one) => post(one).catch(() => {}));
    };
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => document.hidden ? leave() : send());
    addEventListener("online", send);
    addEventListener("pageshow", send);
    addEventListener("beforeunload", (event) => { if (failed && queue.length) event.preventDefault(); });
  }
})();
