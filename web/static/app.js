// Turns the still charts of a page into interactive ones: tooltips, zoom,
// image export. Everything here is optional. When anything fails, or without
// JavaScript, the server's drawing stays and nothing is lost.
(() => {
  "use strict";

  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const numbers = new Intl.NumberFormat(root.lang === "en" ? "en-GB" : "id-ID", { maximumFractionDigits: 2 });
  const charts = [];

  // Options name colours as "token:chart-1"; the theme has the values.
  const resolve = (v) => {
    if (typeof v === "string") return v.startsWith("token:") ? token(v.slice(6)) : v;
    if (Array.isArray(v)) return v.map(resolve);
    if (v && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, resolve(x)]));
    return v;
  };

  const dressAxis = (axis, width) => {
    const narrow = width < 480;
    axis.axisLine = { lineStyle: { color: token("border-strong") } };
    axis.splitLine = axis.splitLine || {};
    axis.splitLine.lineStyle = { color: token("chart-grid") };
    const label = axis.axisLabel = axis.axisLabel || {};
    label.color = token("muted");
    label.fontSize = 12;
    if (axis.type === "value" && typeof label.formatter === "string") {
      const unit = label.formatter.replace("{value}", "");
      label.formatter = (v) => numbers.format(v) + unit;
      axis.splitNumber = narrow ? 3 : 5;
    }
    if (axis.type === "category" && axis.inverse && axis.show !== false) {
      const longest = Math.max(0, ...(axis.data || []).map((s) => String(s).length));
      label.interval = 0;
      label.color = token("text");
      if (narrow) {
        // No room beside the bars: names stand above them, as in the drawing.
        Object.assign(label, { inside: true, align: "left", verticalAlign: "bottom", margin: 0, padding: [0, 0, 13, 5], width: width - 32, overflow: "truncate" });
        axis.axisTick = { show: false };
        axis.z = 10;
      } else {
        label.width = Math.min(230, Math.round(width * 0.38), longest * 7 + 4);
        label.overflow = "break";
        label.lineHeight = 14;
      }
    }
  };

  const dressYears = (axis, narrow) => {
    axis.axisLabel.interval = 0;
    if (narrow) axis.axisLabel.formatter = (v) => (/^\d{4}$/.test(v) ? "’" + v.slice(2) : v);
  };

  // legendRows guesses how many lines the legend takes, to leave room for it.
  const legendRows = (o, width) => {
    let rows = 1, x = 0;
    const seen = new Set(); // a name that two series share stands once
    for (const s of o.series || []) {
      if (!s.name || seen.has(s.name)) continue;
      seen.add(s.name);
      const w = s.name.length * 6.8 + 40;
      if (x > 0 && x + w > width - 8) { rows++; x = 0; }
      x += w;
    }
    return rows;
  };

  // wrapNotes breaks the line that explains the breaks where it gets too long.
  const wrapNotes = (title, width) => {
    const lines = [];
    for (const part of title.subtext.split("   ")) {
      const last = lines.at(-1);
      if (last && (last.length + part.length) * 6.6 < width - 16) lines[lines.length - 1] = last + "   " + part;
      else lines.push(part);
    }
    title.subtext = lines.join("\n");
    return lines.length;
  };

  // dress completes an option for this reader: theme, language, width, motion.
  const dress = (option, width) => {
    const o = resolve(option);
    // Double quotes would break the style attribute of an exported SVG.
    o.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily.replaceAll('"', "'"), color: token("text") };
    o.animation = !still.matches;
    o.animationDuration = 300;
    o.tooltip = Object.assign(o.tooltip || {}, {
      backgroundColor: token("surface"), borderColor: token("border-strong"), padding: 12,
      textStyle: { color: token("text"), fontSize: 13, lineHeight: 19 },
    });
    const rows = legendRows(o, width);
    const notes = o.title && o.title.subtext ? wrapNotes(o.title, width) : 0;
    o.legend = Object.assign(o.legend || {}, { width: width - 8, itemGap: 12, itemWidth: 18, itemHeight: 12, textStyle: { color: token("text"), fontSize: 12 } });
    o.toolbox = { show: false };
    o.title = Object.assign(o.title || {}, { subtextStyle: { color: token("muted"), fontSize: 12, lineHeight: 16 } });
    for (const zoom of o.dataZoom || []) Object.assign(zoom, { borderColor: token("border"), textStyle: { color: token("muted") }, showDetail: false });
    if (o.visualMap) Object.assign(o.visualMap, { itemWidth: 14, itemHeight: 14, itemGap: 8, textStyle: { color: token("text"), fontSize: 12 } });
    for (const grid of [].concat(o.grid || [])) {
      grid.outerBoundsClampWidth = "45%";
      if (width < 480) grid.left = 16;
      if (o.legend.show !== false) grid.top = 22 + 22 * rows;
      if (notes > 1) grid.bottom = Number(grid.bottom) + 16 * (notes - 1);
    }
    for (const axis of [].concat(o.xAxis || [], o.yAxis || [])) dressAxis(axis, width);
    for (const axis of [].concat(o.xAxis || [])) if (axis.type === "category" && axis.show !== false) dressYears(axis, width < 480);
    for (const s of o.series || []) {
      if (s.markLine) s.markLine.label = Object.assign({ color: token("text"), fontSize: 12, textBorderColor: token("surface"), textBorderWidth: 3 }, s.markLine.label);
      if (s.type === "boxplot") s.boxWidth = [7, 18];
      if (s.type === "heatmap") s.label = { show: true, fontSize: 12, lineHeight: 15 };
    }
    return o;
  };

  const save = (name, href) => {
    const a = document.createElement("a");
    a.href = href;
    a.download = name;
    a.click();
  };

  const savePNG = (chart, name) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = chart.getWidth() * 2;
      canvas.height = chart.getHeight() * 2;
      const pen = canvas.getContext("2d");
      pen.fillStyle = token("surface");
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(name + ".png", canvas.toDataURL("image/png"));
    };
    image.src = chart.getDataURL({ type: "svg" });
  };

  const button = (text, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "tool";
    b.textContent = text;
    b.addEventListener("click", act);
    return b;
  };

  const addTools = (picture, chart, name) => {
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(
      button(document.body.dataset.png, () => savePNG(chart, name)),
      button(document.body.dataset.svg, () => save(name + ".svg", chart.getDataURL({ type: "svg" }))),
    );
    picture.append(tools);
  };

  const start = (picture) => {
    const live = picture.querySelector(".live");
    const drawing = picture.querySelector(".still");
    // On a phone the drawing's squares are readable and ECharts' are not.
    if (drawing.classList.contains("large") && picture.clientWidth < 770) return;
    try {
      const option = JSON.parse(picture.querySelector("script").textContent);
      let width = picture.clientWidth;
      live.hidden = false;
      live.style.height = Math.max(drawing.clientHeight, width < 600 ? 260 : Number(live.dataset.height)) + "px";
      const chart = window.echarts.init(live, null, { renderer: "svg" });
      chart.setOption(dress(option, width));
      drawing.hidden = true;
      addTools(picture, chart, live.dataset.name);
      charts.push({ chart, option, live });
      new ResizeObserver(() => {
        if (live.clientWidth === 0 || live.clientWidth === width) return;
        width = live.clientWidth;
        chart.resize();
        chart.setOption(dress(option, width), true);
      }).observe(live);
    } catch (fault) {
      live.hidden = true;
      drawing.hidden = false;
      console.warn("chart stays still:", fault);
    }
  };

  const redress = () => {
    for (const c of charts) c.chart.setOption(dress(c.option, c.live.clientWidth), true);
  };

  const load = (src) => new Promise((done, failed) => {
    const s = document.createElement("script");
    s.src = src;
    s.onload = done;
    s.onerror = failed;
    document.head.append(s);
  });

  const pictures = document.querySelectorAll(".picture");
  if (pictures.length > 0) {
    load(document.querySelector("script[data-echarts]").dataset.echarts).then(() => {
      const seen = new IntersectionObserver((entries) => {
        for (const e of entries) {
          if (e.isIntersecting) {
            seen.unobserve(e.target);
            start(e.target);
          }
        }
      }, { rootMargin: "200px" });
      pictures.forEach((p) => seen.observe(p));
    }, () => {});
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redress);
    still.addEventListener("change", redress);
  }

  // A search answers while it is typed: the list of the page that the form would
  // lead to takes the place of this one's. The button does the same without it.
  const search = document.querySelector(".filters input[type=search]");
  if (search && document.querySelector("[data-list]")) {
    let wait, asked = 0;
    const answer = async () => {
      const mine = ++asked;
      const address = new URL(search.form.action);
      for (const [name, value] of new FormData(search.form)) if (value !== "") address.searchParams.set(name, value);
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      if (!response.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const now = document.querySelector("[data-list]"), next = page.querySelector("[data-list]");
      if (!now || !next || mine !== asked) return;
      // The sentence that says how many are shown stays, so that its change is read out.
      const said = now.querySelector("[role=status]"), says = next.querySelector("[role=status]");
      if (said && says) {
        said.textContent = says.textContent;
        says.replaceWith(said);
      }
      now.replaceChildren(...next.childNodes);
      history.replaceState(null, "", address);
    };
    search.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => answer().catch(() => {}), 250);
    });
  }

  // A slider says its value while it moves.
  document.querySelectorAll('input[type="range"]').forEach((r) => {
    const out = document.querySelector('output[for="' + r.id + '"]');
    if (out) r.addEventListener("input", () => { out.textContent = Number(r.value).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 }); });
  });

  // Escape hides the explanation of a term until the pointer or focus leaves.
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    document.querySelectorAll(".term:hover, .term:focus").forEach((t) => {
      t.classList.add("hush");
      for (const end of ["blur", "mouseleave"]) t.addEventListener(end, () => t.classList.remove("hush"), { once: true });
    });
  });
})();
