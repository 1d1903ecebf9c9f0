// Says what time it is here when somebody points at a time, which the page gives in UTC.
"use strict";
document.addEventListener("mouseover", (event) => {
  const told = event.target.closest("time[datetime], td.time");
  if (!told || told.title) return;
  const stated = told.dateTime || told.textContent.trim().replace(" UTC", "Z").replace(" ", "T");
  const moment = new Date(stated);
  if (!stated.includes("T") || Number.isNaN(moment.getTime())) return;
  told.title = moment.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
});
