"""The complaint desk: hearing dissatisfaction, registering it, telling how it stands."""
