"""The bodies that the demo invites: those in answers.py by the same names, and silent ones.

All are invented; every address ends in .example.
"""

from dataclasses import dataclass

from remiss.models import Kind


@dataclass(frozen=True)
class ExampleBody:
    """`fate` is what came of it beside the answers: silent, opened, declined, bounced, waiting
    (not invited yet), or "" when answers.py tells."""

    name: str
    kind: Kind
    email: str
    tags: str = ""
    fate: str = ""
    notes: str = ""


def _municipal(name: str, kind: Kind, mailbox: str, fate: str = "", **more) -> ExampleBody:
    return ExampleBody(name, kind, f"{mailbox}@malmo-stad.example", "Malmö stad", fate, **more)


BODIES = [
    # Those that answer or have begun in answers.py
    _municipal("Testnämnden för fritid", Kind.BOARD, "testnamnden.fritid"),
    _municipal("Testnämnden för grundskola", Kind.BOARD, "testnamnden.grundskola"),
    _municipal("Testnämnden för gymnasieskola", Kind.BOARD, "testnamnden.gymnasieskola"),
    _municipal("Testnämnden för hälsa och omsorg", Kind.BOARD, "testnamnden.omsorg"),
    _municipal("Testkontoret för gator och parker", Kind.DEPARTMENT, "testkontoret.gator"),
    _municipal("Testförvaltningen för kultur", Kind.DEPARTMENT, "testforvaltningen.kultur"),
    _municipal("Exempelhallarna i Malmö AB", Kind.COMPANY, "exempelhallarna"),
    _municipal("Testrådet för funktionshinderfrågor", Kind.COUNCIL, "testradet"),
    ExampleBody(
        "Samlade Föreningar i Malmö", Kind.UMBRELLA, "kansliet@samlade.example", "paraply"
    ),
    ExampleBody(
        "Exempelidrotten i Malmö", Kind.UMBRELLA, "info@exempelidrotten.example", "paraply, idrott"
    ),
    ExampleBody(
        "Tegelbackens kultur- och idrottsförening",
        Kind.ASSOCIATION,
        "styrelsen@tegelbacken.example",
        "kultur, idrott",
    ),
    ExampleBody(
        "Parasportföreningen Sälen", Kind.ASSOCIATION, "info@parasport-salen.example", "idrott"
    ),
    ExampleBody("Kajutans teatergrupp", Kind.ASSOCIATION, "info@kajutan.example", "kultur"),
    ExampleBody("Malmö Körforum", Kind.ASSOCIATION, "info@korforum.example", "kultur"),
    ExampleBody(
        "Bo och Bygga Kultur i Rönnen", Kind.ASSOCIATION, "bobygga@ronnen.example", "kultur, boende"
    ),
    ExampleBody("Exempelförsamlingen Källan", Kind.OTHER_CIVIL, "exp@kallan.example"),
    # Those that no answer is from
    _municipal("Testförvaltningen för arbete", Kind.DEPARTMENT, "test.arbete", "opened"),
    _municipal("Testförvaltningen för service", Kind.DEPARTMENT, "test.service", "declined"),
    _municipal("Testförvaltningen för fritid", Kind.DEPARTMENT, "test.fritid", "silent"),
    _municipal("Testförvaltningen för förskola", Kind.DEPARTMENT, "test.forskola", "silent"),
    _municipal("Testnämnden för kultur", Kind.BOARD, "testnamnden.kultur", "silent"),
    _municipal("Testrådet för äldrefrågor", Kind.COUNCIL, "testradet.aldre", "opened"),
    ExampleBody(
        "Ungdomsföreningarnas paraply", Kind.UMBRELLA, "hej@ungparaply.example", "paraply, unga",
        "silent",
    ),
    ExampleBody(
        "Sundspans kulturkrets", Kind.ASSOCIATION, "info@sundspan.example", "kultur", "opened",
        "Ordföranden nås bäst på kvällen.",
    ),
    ExampleBody(
        "Ribban höjdhopp och friidrott", Kind.ASSOCIATION, "styrelsen@ribban.example", "idrott",
        "silent",
    ),
    ExampleBody(
        "Läsrummet, studieförening", Kind.OTHER_CIVIL, "info@lasrummet.example", "", "silent"
    ),
    ExampleBody(
        "Hamnkvarterets odlare", Kind.ASSOCIATION, "odla@hamnkvarteret.example", "boende",
        "declined",
    ),
    ExampleBody(
        "Skånska Exempelscouter, Malmökåren", Kind.ASSOCIATION, "kar@exempelscout.example", "unga",
        "silent",
    ),
    ExampleBody(
        "Kvarteret Lyktans byalag", Kind.OTHER_CIVIL, "byalaget@lyktan.example", "boende", "bounced"
    ),
    ExampleBody(
        "Östra Exempelvägens schackklubb", Kind.ASSOCIATION, "schack@exempelvagen.example", "",
        "silent",
    ),
    ExampleBody(
        "Åhörarna, nätverk för samtal", Kind.OTHER_CIVIL, "kontakt@ahorarna.example", "", "waiting"
    ),
    ExampleBody("Ärtan och Bönan matförening", Kind.ASSOCIATION, "", "", "waiting"),
]  # fmt: skip
DECLINED_BECAUSE = "Frågorna ligger utanför vårt uppdrag."
