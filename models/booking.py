"""The book: clinics, their sessions and places, who has which place, and what became of it."""

from models.appointments import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    BookingSource,
    Place,
    VisitKind,
    VisitSlip,
)
from models.breaches import (
    Breach,
    BreachKind,
    Suspension,
)
from models.sessions import (
    BookKeeper,
    Clinic,
    ClinicKind,
    Session,
    SessionStatus,
    Slot,
)
from models.waiting import (
    BookingRequest,
    RequestKind,
    RequestStatus,
    WaitingEntry,
    WaitingStatus,
)

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "AppointmentEventKind",
    "AppointmentStatus",
    "BookKeeper",
    "BookingRequest",
    "BookingSource",
    "Breach",
    "BreachKind",
    "Clinic",
    "ClinicKind",
    "Place",
    "RequestKind",
    "RequestStatus",
    "Session",
    "SessionStatus",
    "Slot",
    "Suspension",
    "VisitKind",
    "VisitSlip",
    "WaitingEntry",
    "WaitingStatus",
]
