// Talks to a security key when a form with data-key is sent, and sends what the key says along.
(() => {
  "use strict";

  async function ask(form) {
    const options = JSON.parse(form.dataset.options);
    const answer = form.dataset.key === "create" ? await webauthnJSON.create(options) : await webauthnJSON.get(options);
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  }

  document.querySelectorAll("form[data-key]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const refused = form.querySelector("[data-key-refused]");
      refused.hidden = true;
      ask(form).catch(() => { refused.hidden = false; });
    });
  });
})();
