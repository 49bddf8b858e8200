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
})();
