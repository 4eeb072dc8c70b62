/* Evidence: what was chosen is listed before it is sent, photos are made smaller on the phone, and are looked at in a dialog.
   Without script the box takes files as it is, and a thumbnail is a link. docs/frontend.md says how to use it. */
(function () {
  "use strict";

  const { $, $$, onPiece } = window.jiangjin;

  /* --- choosing files --- */
  const LONG_EDGE = 2000;
  const SHRINK_FROM = 600 * 1024;
  const QUALITY = 0.82;
  const PHOTO = /^image\//;
  const DOCUMENT = "application/pdf";
  const working = new WeakMap();

  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  async function decoded(file) {
    // Upright, as the camera was held. Older browsers do not know the option and do so anyway; what none can read stays as it is.
    try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch (error) { /* once more, without */ }
    try { return await createImageBitmap(file); } catch (error) { return null; }
  }

  function drawn(picture, width, height, canvas) {
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    const scale = Math.max(width / picture.width, height / picture.height);
    const [w, h] = [picture.width * scale, picture.height * scale];
    context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
    return canvas;
  }

  async function shrunk(file, picture) {
    if (file.size <= SHRINK_FROM) return file;
    const scale = Math.min(1, LONG_EDGE / Math.max(picture.width, picture.height));
    const canvas = drawn(picture, Math.round(picture.width * scale), Math.round(picture.height * scale), document.createElement("canvas"));
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], `${file.name.replace(/\.\w{1,5}$/, "")}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
  }

  function box(root) {
    const input = $("input[type=file]", root);
    const list = $("[data-evidence-new]", root);
    const limits = { bytes: Number(root.dataset.maxBytes), files: Number(root.dataset.maxFiles) };
    let chosen = [];

    function row(entry) {
      const item = $("[data-evidence-row]", root).content.firstElementChild.cloneNode(true);
      $(".evidence-name", item).textContent = entry.original.name;
      $("[data-evidence-drop]", item).addEventListener("click", () => {
        chosen = chosen.filter((other) => other !== entry);
        item.remove();
        settle();
        input.focus();
      });
      list.append(item);
      return item;
    }

    function settle() {
      // What the browser is going to send: every file that was chosen, one after the other or together, as it is by now.
      const bag = new DataTransfer();
      let total = 0;
      const room = limits.files - $$(`input[name="${root.dataset.name}_kept"]:checked`, root).length;
      for (const entry of chosen) {
        let note = entry.file === entry.original ? size(entry.file.size) : `${size(entry.original.size)} → ${size(entry.file.size)}`;
        const kind = entry.file.type;
        const wrong = !PHOTO.test(kind) && kind !== DOCUMENT ? root.dataset.other : entry.file.size > limits.bytes ? root.dataset.tooLarge : bag.files.length >= room ? root.dataset.tooMany : "";
        if (entry.busy) note = root.dataset.shrinking;
        else if (wrong) note = `${size(entry.file.size)} · ${wrong}`;
        $("[data-evidence-note]", entry.item).textContent = note;
        entry.item.classList.toggle("wrong", Boolean(wrong) && !entry.busy);
        if (wrong && !entry.busy) continue;
        bag.items.add(entry.file);
        total += entry.file.size;
      }
      input.files = bag.files;
      list.hidden = !chosen.length;
      const count = bag.files.length;
      $("[data-evidence-sum]", root).textContent = count ? root.dataset.sum.replace("{count}", count).replace("{size}", size(total)) : "";
    }

    async function prepare(entry) {
      const picture = PHOTO.test(entry.original.type) ? await decoded(entry.original) : null;
      if (picture) {
        const canvas = $("canvas", entry.item);
        drawn(picture, canvas.width, canvas.height, canvas);
        canvas.hidden = false;
        $(".evidence-sheet", entry.item).hidden = true;
        entry.file = await shrunk(entry.original, picture);
        picture.close();
      }
    }

    async function add(files) {
      for (const file of files) {
        if (chosen.some((entry) => same(entry.original, file))) continue;
        const entry = { original: file, file, busy: true };
        entry.item = row(entry);
        chosen.push(entry);
      }
      settle();
      for (const entry of chosen.filter((each) => each.busy)) {
        // One after the other: a phone has no memory for nine photos at once. One that cannot be read is sent as it is.
        try { await prepare(entry); } catch (error) { entry.file = entry.original; }
        entry.busy = false;
        settle();
      }
    }

    input.addEventListener("change", (event) => {
      event.stopPropagation();
      const files = Array.from(input.files);
      const before = working.get(root) || Promise.resolve();
      const done = () => { if (working.get(root) === work) working.delete(root); };
      const work = before.then(() => add(files)).then(done, done);
      working.set(root, work);
    });
    root.addEventListener("change", (event) => { if (event.target.name === `${root.dataset.name}_kept`) settle(); });
  }

  // Before anything else hears of it: a form waits until its photos are small.
  addEventListener("submit", (event) => {
    const form = event.target;
    const waiting = $$("[data-evidence]", form).filter((root) => working.has(root)).map((root) => working.get(root));
    if (!waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    Promise.all(waiting).then(() => form.requestSubmit(button));
  }, true);

  /* --- looking at photos --- */
  let dialog = null;
  let photos = [];
  let at = 0;

  function viewer() {
    if (dialog) return dialog;
    document.body.append($("#evidence-template").content.cloneNode(true));
    dialog = $("#evidence-dialog");
    dialog.addEventListener("click", (event) => {
      const step = event.target.closest("[data-evidence-step]");
      if (step) show(at + Number(step.dataset.evidenceStep));
      else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) show(at + step);
    });
    return dialog;
  }

  function show(position) {
    at = (position + photos.length) % photos.length;
    const link = photos[at];
    const thumbnail = $("img", link);
    const picture = $("[data-evidence-picture]", dialog);
    picture.src = link.href;
    picture.alt = thumbnail.alt;
    picture.width = thumbnail.getAttribute("width");
    picture.height = thumbnail.getAttribute("height");
    $("[data-evidence-about]", dialog).replaceChildren(...$("figcaption", link.closest("figure")).cloneNode(true).childNodes);
    $("[data-evidence-alone]", dialog).href = link.href;
    $("[data-evidence-place]", dialog).textContent = `${at + 1} / ${photos.length}`;
    $("[data-evidence-steps]", dialog).hidden = photos.length < 2;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-evidence-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    photos = $$("[data-evidence-photo]", link.closest(".evidence"));
    viewer();
    show(photos.indexOf(link));
    dialog.showModal();
  });

  function able() {
    try { return new DataTransfer().items.length === 0 && typeof createImageBitmap === "function"; } catch (error) { return false; }
  }
  if (able()) onPiece("[data-evidence]", box);
})();
