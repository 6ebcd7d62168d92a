"""The demo's stages and accounts, needed also before Django is set up."""

STAGES = ("before", "open", "lastday", "closed")
ACCOUNTS = (
    "samordnare.kommunen",
    "samordnare.ideburen",
    "registrator",
    "lasare",
    "administrator",
)
PASSWORD = "tegel-brygga-sol"  # for everybody: the demo answers on this machine only
