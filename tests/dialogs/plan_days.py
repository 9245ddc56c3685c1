"""The days the requirements name, apart from any file of plans."""

from dialogs.timing.rounds import Offset, OffsetUnit, RoundTiming

# R015, R017, R018: within 5 days, 10 days, one month.
THREE_ROUNDS = (
    RoundTiming(1, Offset(3), Offset(5)),
    RoundTiming(2, Offset(8), Offset(10)),
    RoundTiming(3, Offset(25), Offset(1, OffsetUnit.MONTH)),
)
# R019: once, within 4-7 working days.
CENTRAL = (RoundTiming(1, Offset(4, OffsetUnit.WORKING_DAY), Offset(7, OffsetUnit.WORKING_DAY)),)
# R020: the days themselves are mandatory.
ONE_THREE_SEVEN = tuple(RoundTiming(i, Offset(n), Offset(n)) for i, n in enumerate((1, 3, 7), 1))
