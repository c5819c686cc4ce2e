try { const kept = localStorage.getItem("colours"); if (kept) document.documentElement.dataset.theme = kept; } catch {}
