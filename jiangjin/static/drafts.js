/* What was typed and not sent: kept in this window only (sessionStorage), for this user, until it was sent and the server
   showed another page. Bound by `data-guard` on a form; `data-no-draft` leaves a value out, `data-keep` takes a
   hidden one along. */
(function () {
  "use strict";

  const { $, onPiece } = window.jiangjin;

  const DRAFT = "draft:";
  const UNKEPT = ["password", "file", "hidden", "submit", "button"];
  let leaving = false;

  const draftKey = (form) => `${DRAFT}${document.body.dataset.user || ""}:${location.pathname}:${form.id || form.dataset.guard}`;
  const keepable = (form) => Array.from(form.elements).filter((e) => e.name && (!UNKEPT.includes(e.type) || "keep" in e.dataset) && !("noDraft" in e.dataset));

  function values(form) {
    const kept = {};
    for (const element of keepable(form)) {
      if (["checkbox", "radio"].includes(element.type)) {
        kept[element.name] = kept[element.name] || [];
        if (element.checked) kept[element.name].push(element.value);
      } else if (element.type === "select-multiple") {
        kept[element.name] = Array.from(element.selectedOptions, (option) => option.value);
      } else {
        (kept[element.name] = kept[element.name] || []).push(element.value);
      }
    }
    return kept;
  }

  function putBack(form, kept) {
    const used = {};
    for (const element of keepable(form)) {
      const typed = kept[element.name];
      if (!typed) continue;
      if (["checkbox", "radio"].includes(element.type)) element.checked = typed.includes(element.value);
      else if (element.type === "select-multiple") for (const option of element.options) option.selected = typed.includes(option.value);
      else {
        const position = (used[element.name] = (used[element.name] || 0) + 1) - 1;
        if (typed[position] !== undefined) element.value = typed[position];
      }
      element.dispatchEvent(new Event("change", { bubbles: true }));
      // What was put back is not to stand folded away.
      const fold = element.closest("details");
      if (fold && typed.some((value) => value !== "")) fold.open = true;
    }
  }

  const readDraft = (key) => {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch (error) { return null; }
  };
  const writeDraft = (key, draft) => {
    // A full or forbidden store must not stop anybody from typing.
    try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch (error) { /* the page still warns before it closes */ }
  };
  const draftKeys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT));

  function forgetSent() {
    // Sent drafts go once the server answers with another page than the form or the sign-in, or says that it is done.
    const login = document.body.dataset.loginUrl;
    if (login && location.pathname === login) return;
    if ("failed" in document.body.dataset || $("[data-error-summary]")) return;
    const done = $('[data-toast="met"]');
    for (const key of draftKeys()) {
      const draft = readDraft(key);
      if (draft && draft.sent && (draft.path !== location.pathname || done)) sessionStorage.removeItem(key);
    }
  }

  function guard(form) {
    if (form.dataset.guarded) return;
    form.dataset.guarded = "yes";
    const key = draftKey(form);
    const before = JSON.stringify(values(form));
    const draft = readDraft(key);
    if (draft && !$("[data-error-summary]") && JSON.stringify(draft.values) !== before) offer(form, key, draft);
    let timer = 0;
    form.addEventListener("input", () => {
      form.dataset.dirty = "yes";
      clearTimeout(timer);
      timer = setTimeout(() => writeDraft(key, { values: values(form), at: Date.now(), path: location.pathname }), 300);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      leaving = true;
      if (form.dataset.dirty || $("[data-error-summary]"))
        writeDraft(key, { values: values(form), at: Date.now(), path: location.pathname, sent: true });
    });
  }

  function offer(form, key, draft) {
    const note = $("#draft-template").content.firstElementChild.cloneNode(true);
    const at = new Date(draft.at);
    $("[data-draft-time]", note).textContent = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
    $("[data-draft-restore]", note).addEventListener("click", () => {
      putBack(form, draft.values);
      form.dataset.dirty = "yes";
      note.remove();
    });
    $("[data-draft-drop]", note).addEventListener("click", () => {
      sessionStorage.removeItem(key);
      note.remove();
    });
    form.prepend(note);
  }

  addEventListener("beforeunload", (event) => {
    if (!leaving && $("form[data-guard][data-dirty]")) event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = false; });

  document.addEventListener("submit", (event) => {
    if ("signOut" in event.target.dataset) draftKeys().forEach((key) => sessionStorage.removeItem(key));
  });

  forgetSent();
  onPiece("form[data-guard]", guard);
})();
