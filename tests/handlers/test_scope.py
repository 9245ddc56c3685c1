"""Who may know of an alert: the rule as a query, and as it is told of one alert at hand."""

from itertools import product

from handlers.scope import sees_alert, visible_alerts
from models.alert import Alert, AlertLevel
from models.hospital import Department, StaffMember, StaffRole


async def test_the_rule_of_one_alert_is_the_rule_of_the_query(database: str, now: object) -> None:
    """Every role with and without departments; every level, of a ward, of none, and as a test."""
    ward = await Department.create(code="XN", name="心内科")
    places = (ward, None)
    for place, (level, department, drill) in enumerate(product(AlertLevel, places, (False, True))):
        await Alert.create(
            number=f"A{place:03}",
            level=level,
            rule="RC6",
            department=department,
            raised_at=now,
            due_at=now,
            drill=drill,
        )
    alerts = await Alert.all().prefetch_related("department")
    for role, departments in product(StaffRole, ([], ["XN"], ["GK"])):
        staff = StaffMember(username="x", name="测试", role=role, departments=departments)
        told = {alert.number for alert in alerts if sees_alert(staff, alert)}
        assert told == {alert.number for alert in await visible_alerts(staff)}, (role, departments)
