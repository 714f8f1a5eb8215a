// Keeps a page as the console knows it: pieces that changed come as server-sent events. Everything
// works without it, by loading the page again.
(() => {
  "use strict";

  const address = document.body.dataset.events;
  if (!address || !window.EventSource) return;

  // The console shows every five seconds that it lives; after three times that it is taken for gone.
  const patience = 16000;
  const again = 3000;
  // A list is asked for again at most so often; the console says how often it can bear.
  let pause = 700;

  let source = null;
  let lostAt = null;
  let watchdog = 0;
  // What the list of this page was made of; absent where there is none.
  let generation = document.querySelector("[data-refresh]")?.dataset.refresh ?? null;

  const link = document.getElementById("link");

  function time(date) {
    const two = (number) => String(number).padStart(2, "0");
    return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds());
  }

  function lost() {
    if (!lostAt) {
      lostAt = new Date();
      link.textContent = document.body.dataset.lost + " " + time(lostAt);
      link.hidden = false;
    }
  }

  function alive() {
    lostAt = null;
    link.hidden = true;
    clearTimeout(watchdog);
    watchdog = setTimeout(() => { lost(); connect(); }, patience);
  }

  // Leaves alone what did not change, so that neither focus nor scrolling nor a selection is lost.
  function swap(element, html) {
    if (element.innerHTML === html) return;
    const template = document.createElement("template");
    template.innerHTML = html;
    merge(element, template.content);
  }

  // What a row or a card is about stays the same element wherever others come before it: else the
  // focus on one call's link would slip to another call.
  const names = ["call", "stuck", "department", "worker", "campaign", "grid", "chart", "overview"];

  function subject(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return null;
    const name = names.find((name) => node.dataset[name]);
    return name ? name + " " + node.dataset[name] : null;
  }

  function merge(from, to) {
    const fresh = Array.from(to.childNodes);
    const wanted = new Set(fresh.map(subject));
    const kept = new Map();
    for (const node of Array.from(from.childNodes)) {
      const about = subject(node);
      if (about === null) continue;
      if (wanted.has(about) && !kept.has(about)) kept.set(about, node);
      else node.remove();
    }
    let next = from.firstChild;
    for (const is of fresh) {
      const about = subject(is);
      const was = about === null ? next : kept.get(about);
      kept.delete(about);
      if (!was || (about === null && subject(was) !== null)) {
        from.insertBefore(is, next);
        continue;
      }
      // An element that is moved loses the focus: what lies before it goes instead, where it can.
      while (about !== null && next && next !== was && subject(next) === null) {
        const gone = next;
        next = next.nextSibling;
        gone.remove();
      }
      if (was !== next) from.insertBefore(was, next);
      next = was.nextSibling;
      if (was.nodeType !== is.nodeType || was.nodeName !== is.nodeName) {
        from.replaceChild(is, was);
      } else if (is.nodeType === Node.TEXT_NODE) {
        if (was.data !== is.data) was.data = is.data;
      } else if (is.nodeType === Node.ELEMENT_NODE) {
        attributes(was, is);
        merge(was, is);
      }
    }
    while (next) {
      const extra = next;
      next = next.nextSibling;
      extra.remove();
    }
  }

  function attributes(was, is) {
    for (const name of was.getAttributeNames()) {
      if (!is.hasAttribute(name)) was.removeAttribute(name);
    }
    for (const name of is.getAttributeNames()) {
      const value = is.getAttribute(name);
      if (was.getAttribute(name) !== value) was.setAttribute(name, value);
    }
  }

  let asking = false;
  let stale = null;

  // A part of this page again, from the same address.
  async function refresh(part) {
    const live = document.querySelector(part);
    if (!live) return;
    if (asking) { stale = part; return; }
    asking = true;
    stale = null;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(part);
        if (fresh) merge(live, fresh);
      }
    } catch { /* The stream of events says that the console is gone. */ }
    setTimeout(() => { asking = false; if (stale) refresh(stale); }, pause);
  }

  function connect() {
    if (source) source.close();
    source = new EventSource(address);
    source.addEventListener("open", alive);
    source.addEventListener("pulse", alive);
    source.addEventListener("fragments", (event) => {
      alive();
      const fragments = JSON.parse(event.data);
      for (const [id, html] of Object.entries(fragments)) {
        if (id === "generation") {
          if (generation !== null && generation !== html) refresh("[data-refresh]");
          generation = html;
          continue;
        }
        if (id === "pause") {
          pause = Number(html);
          continue;
        }
        const element = document.getElementById(id);
        if (element) swap(element, html);
        // A street that was not known when the page was loaded: its place is missing here.
        else refresh("#main");
      }
    });
    source.addEventListener("error", () => {
      lost();
      // A browser tries again by itself unless it was refused.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, again);
    });
  }

  connect();
})();
