// Better with a little script: an address is copied by a button, a picture opens in its place.
// Without it, the address is a link, and so is the picture.
"use strict";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard on a page without TLS: the old way still works there, with a field that is seen.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).value;
    const done = await copy(text);
    document.getElementById("copied").textContent = done ? `Copied: ${text.split("\n", 1)[0]}` : text;
    button.classList.toggle("done", done);
    document.getElementById("copied").classList.toggle("hidden", done);
    button.focus();
  });
}

// Other hosts see a reader only when the reader asks: an <img> in the page would be loaded at once without script.
for (const link of document.querySelectorAll("a.picture")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const list = link.closest("ul");
    const open = list.nextElementSibling?.matches(".thumbnail") ? list.nextElementSibling : null;
    link.setAttribute("aria-expanded", String(!open));
    if (open) {
      open.remove();
      return;
    }
    const image = new Image();
    image.className = "thumbnail";
    image.alt = "";
    image.referrerPolicy = "no-referrer";
    image.src = link.href;
    list.after(image);
  });
}

// What a query would bring is shown while it is typed; without script a button shows it.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const field = form.elements.namedItem("query");
  const shown = document.getElementById("preview");
  let newest = 0;
  let waiting = 0;

  async function show() {
    const mine = ++newest;
    const answer = await fetch(`${form.dataset.preview}?query=${encodeURIComponent(field.value)}`);
    const text = await answer.text();
    if (answer.ok && mine === newest) {
      shown.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), 300);
  });

  // The reader's own clock, unless another one was filled in.
  const zone = form.elements.namedItem("timezone");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && zone.value === form.dataset.timezone) {
    zone.value = own;
  }
}
