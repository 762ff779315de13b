// Comfort for people with a keyboard and a mouse. Every page works without this file.
(() => {
  "use strict";

  const typing = (target) =>
    target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > li")];
  const current = () => rows().find((row) => row.contains(document.activeElement)) || marked();
  const marked = () => document.querySelector("[data-current]");
  const target = (row) => row?.querySelector(".row-link, .title[type=submit]") || row?.querySelector("a[href], button");

  // The focus goes where Enter does what the row is there for; a row without a link takes it itself.
  function step(by) {
    const all = rows();
    if (!all.length) return;
    const next = all[Math.min(Math.max(all.indexOf(current()) + by, 0), all.length - 1)];
    marked()?.removeAttribute("data-current");
    next.setAttribute("data-current", "");
    const link = target(next);
    if (!link) next.tabIndex = -1;
    (link || next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  let leaving = 0;
  const keys = {
    "/": () => document.querySelector("input[type=search]")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    o: () => target(current())?.click(),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    s: () => document.querySelector("[data-save]")?.click(),
    g: () => { leaving = Date.now(); },
    "?": () => document.getElementById("keys")?.togglePopover(),
  };

  // The second letter after g counts for a moment only, so that a forgotten g surprises nobody.
  const going = () => Date.now() - leaving < 2000;
  const place = (key) => [...document.querySelectorAll("[data-go]")].find((line) => line.dataset.go === key);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.body.dataset.keys === "off") return;
    const open = document.querySelector("dialog:popover-open, dialog[open]");
    if (open && !(open.id === "keys" && event.key === "?")) return;
    const link = going() ? place(event.key)?.querySelector("a") : undefined;
    const action = link ? () => link.click() : keys[event.key];
    leaving = 0;
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
