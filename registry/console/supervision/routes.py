"""The addresses of the supervisors' pages, below the console's."""

from collections.abc import Callable
from typing import Any, Final

from registry.console.supervision import cases, issuers, views

GET: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "supervision": ("/supervision", views.supervision),
    "supervised": ("/supervision/issuers/<code>", views.supervised),
    "supervision_form": ("/supervision/issuers/<code>/<slug>", issuers.form),
    "inspections": ("/supervision/inspections", views.waiting),
    "inspection": ("/supervision/inspections/<int:number>", issuers.inspection),
    "complaints": ("/supervision/complaints", cases.complaint_list),
    "complaint": ("/supervision/complaints/<int:number>", cases.complaint),
    "flags": ("/supervision/flags", cases.flag_list),
    "flag": ("/supervision/flags/<int:number>", cases.flag),
}
POST: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "do_supervision_form": ("/supervision/issuers/<code>/<slug>", issuers.do_form),
    "close_inspection": ("/supervision/inspections/<int:number>", issuers.close_inspection),
    "take_complaint": ("/supervision/complaints/<int:number>/take", cases.take_complaint),
    "close_complaint": ("/supervision/complaints/<int:number>/close", cases.close_complaint),
    "close_flag": ("/supervision/flags/<int:number>", cases.close_flag),
}
