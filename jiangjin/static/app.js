/* What the pages do beyond links, forms and htmx. Everything is bound by data attributes; docs/frontend.md lists them. */
(function () {
  "use strict";

  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const text = (name) => ($("#texts") ? $("#texts").dataset[name] : "");

  /* Do something with every element that matches: on the page now, and in every fragment that htmx brings. */
  function onPiece(selector, act) {
    $$(selector).forEach(act);
    document.addEventListener("htmx:load", (event) => {
      const piece = event.detail.elt;
      if (piece === document.body) return;
      if (piece.matches(selector)) act(piece);
      $$(selector, piece).forEach(act);
    });
  }
  window.jiangjin = { $, $$, onPiece };

  /* --- notes in the corner --- */
  const NOTE_SECONDS = 10;

  function fade(note) {
    // What went wrong or is due stays until it is read; a note under the pointer or focus waits.
    if (["blocked", "due"].includes(note.dataset.toast)) return;
    const later = () => setTimeout(() => (note.matches(":hover, :focus-within") ? later() : note.remove()), NOTE_SECONDS * 1000);
    later();
  }

  function toast(message, tone) {
    const region = $("#toasts");
    if (!region || !message) return;
    const note = $("#toast-template").content.firstElementChild.cloneNode(true);
    note.classList.add(`note-${tone}`);
    note.dataset.toast = tone;
    note.setAttribute("role", tone === "blocked" ? "alert" : "status");
    $(".note-text", note).textContent = message;
    $("use", note).setAttribute("href", `${text("sprite")}#${{ met: "circle-check", due: "clock", blocked: "alert-triangle" }[tone] || "info-circle"}`);
    region.append(note);
    fade(note);
  }

  /* --- dialogs --- */
  function ask(question, button, tone) {
    const dialog = $("#confirm-dialog");
    $("#confirm-dialog-text").textContent = question;
    const yes = $("[data-confirm-yes]", dialog);
    yes.textContent = button || text("continue");
    yes.className = tone === "blocked" ? "btn btn-danger" : "btn btn-primary";
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  /* --- clicks --- */
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    let found;
    if ((found = at("[data-dismiss-note]"))) found.closest(".note").remove();
    else if ((found = at("[data-dialog]"))) document.getElementById(found.dataset.dialog).showModal();
    else if ((found = at("[data-dialog-close]"))) found.closest("dialog").close();
    else if ((found = at("[data-print]"))) print();
    else if ((found = at("[data-filter-toggle]"))) {
      found.setAttribute("aria-expanded", String(found.closest("form").classList.toggle("open")));
    }
    else if ((found = at("[data-reveal]"))) {
      const input = document.getElementById(found.dataset.reveal);
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      found.setAttribute("aria-pressed", String(shown));
      found.textContent = shown ? found.dataset.hide : found.dataset.show;
    } else if ((found = at("[data-focus-field]"))) {
      const field = document.getElementById(found.getAttribute("href").slice(1));
      const control = field && $("input:not([type=hidden]), select, textarea", field);
      if (control) { event.preventDefault(); field.scrollIntoView({ block: "center" }); control.focus({ preventScroll: true }); }
    } else if ((found = at("[data-tabs] a"))) {
      for (const tab of $$("a", found.closest("[data-tabs]"))) tab.removeAttribute("aria-current");
      found.setAttribute("aria-current", "page");
    } else if ((found = at("tr[data-href]"))) openRow(found, event);
  });

  function openRow(row, event) {
    if (event.target.closest("a, button, input, select, label, summary") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  }
  document.addEventListener("auxclick", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (row && event.button === 1 && !event.target.closest("a, button")) open(row.dataset.href, "_blank", "noopener");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = $("[data-search-box]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  });

  document.addEventListener("input", (event) => {
    const input = event.target.closest("[data-filter-input]");
    if (!input) return;
    const wanted = input.value.trim().toLowerCase();
    for (const item of $$("[data-filter-item]", input.closest("[data-filter-list]"))) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  });

  document.addEventListener("change", (event) => {
    const input = event.target.closest(".upload input");
    if (input && input.files.length) $(".upload-name", input.closest(".upload")).textContent = Array.from(input.files, (file) => file.name).join(", ");
  });
  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const zone = event.target.closest && event.target.closest(".upload");
    if (zone) zone.classList.toggle("over", name === "dragover");
  }));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (question && !form.dataset.confirmed && !form.hasAttribute("hx-post")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(question, button && button.textContent.trim(), (button && button.dataset.tone) || form.dataset.tone).then((yes) => {
        if (!yes) return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(button);
      });
      return;
    }
    delete form.dataset.confirmed;
    if (form.method === "post" && form.target !== "_blank" && !form.hasAttribute("hx-post") && !("stays" in form.dataset)) {
      // Twice pressed is once sent. After the event, or the button's own value would be missing from what is sent.
      setTimeout(() => $$("button:not([type=button])", form).forEach((b) => { b.disabled = true; }), 0);
    }
  }, true);
  addEventListener("pageshow", (event) => {
    if (event.persisted) $$("form button:disabled:not([data-off])").forEach((button) => { button.disabled = false; });
  });

  /* --- ticked rows of a list, and what is done with them --- */
  function countTicks(form) {
    const boxes = $$("input[name=ticked]", form);
    const count = boxes.filter((box) => box.checked).length;
    form.classList.toggle("has-ticks", count > 0);
    const all = $("[data-tick-all]", form);
    if (all) { all.checked = count > 0 && count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
    $$("[data-needs-ticks]", form).forEach((button) => { button.disabled = !count; });
    $$("[data-ticked-text]", form).forEach((words) => {
      if (!("none" in words.dataset)) words.dataset.none = words.textContent;
      words.textContent = count ? words.dataset.tickedText.replace("{n}", count) : words.dataset.none;
    });
  }
  onPiece("form[data-ticking]", countTicks);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-ticking]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) $$("input[name=ticked]", form).forEach((box) => { box.checked = event.target.checked; });
    countTicks(form);
  });

  /* --- htmx --- */
  document.addEventListener("htmx:configRequest", (event) => {
    const token = $('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
    if (event.detail.elt.matches("form[data-filters]")) tidyFilters(event.detail);
  });

  function tidyFilters(request) {
    // The address holds what is chosen and nothing empty; order, page size and area are those of the address now.
    const query = new URLSearchParams(location.search);
    const given = request.formData;
    for (const name of new Set(given.keys())) {
      const chosen = given.getAll(name).filter((value) => value !== "");
      given.delete(name);
      chosen.forEach((value) => given.append(name, value));
    }
    for (const name of ["sort", "size", "area"]) {
      if ($$(`[name="${name}"]:not([type=hidden])`, request.elt).length) continue;
      given.delete(name);
      if (query.get(name)) given.set(name, query.get(name));
    }
  }

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.matches("button, a") ? event.detail.elt.textContent.trim() : "", event.detail.elt.dataset.tone).then((yes) => { if (yes) event.detail.issueRequest(true); });
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session ended: the sign-in page must not land inside a fragment.
    const login = document.body.dataset.loginUrl;
    const answered = event.detail.xhr.responseURL;
    if (login && answered && new URL(answered).pathname === login && location.pathname !== login) {
      event.detail.shouldSwap = false;
      location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (polls(event)) return;
    const status = event.detail.xhr.status;
    const words = { 403: "forbidden", 404: "missing", 413: "tooLarge" };
    toast(text(words[status] || "serverError"), "blocked");
  });
  const polls = (event) => String(event.detail.elt.getAttribute("hx-trigger") || "").startsWith("every");
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, (event) => {
    // A bar that asks every second would pile up notes; it simply asks again.
    if (!polls(event)) toast(text("offline"), "blocked");
  }));
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone || "info"));
  document.addEventListener("htmx:pushedIntoHistory", () => {
    // A chip was removed outside the filter form: the form shows what the address says.
    const query = new URLSearchParams(location.search);
    for (const element of $$("form[data-filters]").flatMap((form) => Array.from(form.elements))) {
      if (!element.name || element.type === "hidden" || element === document.activeElement) continue;
      const given = query.getAll(element.name);
      if (["checkbox", "radio"].includes(element.type)) element.checked = given.includes(element.value) || (element.type === "radio" && !given.length && element.value === "");
      else if (element.type === "select-multiple") for (const option of element.options) option.selected = given.includes(option.value);
      else element.value = given[0] || "";
    }
  });

  onPiece("[data-toast]", fade);
  onPiece("[data-follow]", (box) => location.assign(box.dataset.follow));
  onPiece("[data-error-summary]", (summary) => summary.focus());
})();
