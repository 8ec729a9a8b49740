(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  var box = document.getElementById("filter");
  var matches = document.getElementById("matches");
  var parts = Array.prototype.slice.call(document.querySelectorAll("[data-part]"));
  var texts = null;
  var waiting = 0;
  if (!box) { return; }
  function filter() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    texts = texts || parts.map(function (part) { return part.textContent.toLowerCase(); });
    parts.forEach(function (part, at) {
      var fits = words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      part.classList.toggle("hidden", !fits);
      count += fits ? 1 : 0;
    });
    matches.textContent = words.length ? count + " / " + parts.length : "";
  }
  box.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
})();
