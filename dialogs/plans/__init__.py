"""Follow-up plans as data: which days, which questions, whose call, chosen for whom (R014-R023)."""
