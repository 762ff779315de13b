// Comfort for people with a keyboard and a mouse. Every page works without this file.
(() => {
  "use strict";

  const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > li")];

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    all.forEach((row) => row.removeAttribute("aria-selected"));
    next.setAttribute("aria-selected", "true");
    const link = next.querySelector("a[href], button");
    if (link) link.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    "/": () => document.querySelector("input[type=search]")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    "?": () => document.getElementById("keys")?.togglePopover(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // A second click on the same button sends nothing while the first is under way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  document.addEventListener("htmx:afterRequest", (event) => delete event.target.dataset?.sent);

  // Django wants its token with every unsafe request; the page carries it, the cookie is not readable.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]")?.content;
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  // After a fragment with a refused form has come in, the first marked field gets the focus.
  document.addEventListener("htmx:afterSettle", (event) => {
    event.detail.elt?.querySelector?.("[aria-invalid=true]")?.focus();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy)?.textContent.trim();
    if (text) navigator.clipboard?.writeText(text).then(() => { button.textContent = button.dataset.copied; });
  });
})();
