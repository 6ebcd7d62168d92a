"""The plan that is out for consultation, as constants.

What the invitation to the consultation says is given nearly word for word and has
is_example=False. Everything that it does not say (the text of the areas beyond their names)
is ours, and is_example=True lets the admin mark it until the adopted text is pasted in.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Question:
    key: str
    kind: str  # "prose" or "list" (one actor a row)
    label: str
    hint: str
    # Area key -> the hint shown on that area's page; an area left out shows `hint`.
    area_hints: dict[str, str] = field(default_factory=dict)

    def hint_for(self, area_key: str) -> str:
        return self.area_hints.get(area_key, self.hint)


@dataclass(frozen=True, kw_only=True)
class Area:
    key: str
    slug: str
    number: int
    heading: str
    bond: int
    summary: str
    lead: str
    proposals: str  # Markdown bullet list
    reasons: str  # Markdown paragraphs
    is_example: bool = True


@dataclass(frozen=True, kw_only=True)
class Plan:
    title: str
    lead: str
    vision: str
    aims: tuple[str, ...]
    forum: str
    background: str  # Markdown, as the two below
    asked: str
    coordinators: str
    areas: tuple[Area, ...]
    area_questions: tuple[Question, ...]
    whole_questions: tuple[Question, ...]
    last_day: tuple[int, int]  # month and day; the year is the builder's
    is_example: bool = False


AREAS = (
    Area(
        key="young-health",
        slug="ungas-halsa-och-livsstil",
        number=1,
        heading="Ungas hälsa och livsstil",
        bond=1,
        summary=(
            "Hur unga i Malmö kan må bra, röra på sig och ha vuxna att lita på – "
            "på kvällar, helger och lov lika väl som på skoltid."
        ),
        lead="Unga i Malmö ska må bra, få röra på sig och ha vuxna att lita på.",
        proposals=(
            "- Unga ska ha någonstans att vara på kvällar och lov, i alla delar av staden.\n"
            "- Skola, fritidsverksamhet och föreningar ska känna till varandra och kunna visa "
            "unga rätt.\n"
            "- Unga ska själva vara med och forma det som görs för dem."
        ),
        reasons=(
            "Skolan och vården möter unga på dagtid. Föreningar möter dem på kvällar, helger "
            "och lov.\n\n"
            "Föreningar kan också anpassa det de gör efter den enskilda personen. Det är svårare "
            "för kommunens egna verksamheter."
        ),
    ),
    Area(
        key="equal-leisure",
        slug="jamlik-fritid-och-kultur",
        number=2,
        heading="Jämlik fritid och kultur",
        bond=2,
        summary=(
            "Hur alla ska kunna delta i fritid och kultur, oavsett var i staden de bor och vad "
            "familjen har råd med."
        ),
        lead=(
            "Alla ska kunna delta i fritid och kultur – oavsett var i staden de bor och vad "
            "familjen har råd med."
        ),
        proposals=(
            "- Det ska finnas fritid och kultur nära hemmet i hela Malmö.\n"
            "- Avgifter, utrustning och språk ska inte stänga någon ute.\n"
            "- Små och nya föreningar ska ha samma chans att samverka som stora."
        ),
        reasons=(
            "Föreningar har lokal förankring. De når ofta människor som kommunens egna "
            "verksamheter inte når.\n\n"
            "Samtidigt behöver föreningar lokaler, stöd och kontaktvägar som kommunen råder över. "
            "Därför behöver båda göra sin del."
        ),
    ),
    Area(
        key="city-life",
        slug="stadsliv-allmanna-platser-och-lokaler",
        number=3,
        heading="Stadsliv, allmänna platser och lokaler",
        bond=3,
        summary=(
            "Hur gator, torg, parker och lokaler kan bli platser där fler möts och där "
            "föreningar får plats."
        ),
        lead=(
            "Gator, torg, parker och lokaler ska vara platser där fler Malmöbor möts och där "
            "föreningar får plats."
        ),
        proposals=(
            "- Fler av kommunens lokaler ska kunna användas av föreningar på kvällar och helger.\n"
            "- Det ska vara lätt att förstå vem man frågar och vad det kostar.\n"
            "- Föreningar ska få vara med tidigt när platser planeras."
        ),
        reasons=(
            "Föreningar behöver någonstans att vara. Lokaler som kommunen redan har kan användas "
            "av fler, till exempel på kvällar och helger.\n\n"
            "Föreningar är på plats i staden dygnet runt. De märker tidigt vad som fungerar på "
            "ett torg eller i en park."
        ),
    ),
    Area(
        key="participation",
        slug="delaktighet-trygghet-demokrati",
        number=4,
        # The plan as it was sent out says "Delaktig, trygghet, demokrati".
        heading="Delaktighet, trygghet, demokrati",
        bond=4,
        summary=(
            "Hur fler Malmöbor kan vara med och påverka, känna sig trygga och lita på varandra."
        ),
        lead=(
            "Fler Malmöbor ska vara med och påverka, känna sig trygga och lita på varandra och "
            "på staden."
        ),
        proposals=(
            "- Människor som sällan hörs ska få fler vägar in i stadens beslut.\n"
            "- Arbetet för trygghet ska bygga på dem som bor och verkar på platsen.\n"
            "- Den som är ny i samverkan ska få hjälp att komma i gång."
        ),
        reasons=(
            "I en förening lär sig människor att mötas, besluta och ta ansvar tillsammans.\n\n"
            "Föreningar finns på gräsrotsnivå. De hör det som inte alltid når fram till kommunens "
            "möten."
        ),
    ),
)

AREA_QUESTIONS = (
    Question(
        key="how",
        kind="prose",
        label="Hur kan samverkan ske?",
        hint="Vad kan Malmö stad och idéburen sektor göra tillsammans?",
        area_hints={
            "young-health": (
                "Tänk på vad ni skulle kunna göra tillsammans med till exempel skolor, "
                "fritidsgårdar och elevhälsa."
            ),
            "equal-leisure": (
                "Tänk på avgifter, lokaler, tider, språk och hur fler ska få veta vad som finns."
            ),
            "city-life": (
                "Tänk på lokaler, torg, parker och evenemang. Vad skulle ni vilja göra "
                "tillsammans med kommunen?"
            ),
            "participation": ("Tänk på möten, beslut och trygghet. Hur kan fler komma till tals?"),
        },
    ),
    Question(
        key="exists",
        kind="prose",
        label="Vilken samverkan finns redan?",
        hint=(
            "Berätta om avtal, projekt och vardagliga kontakter. Skriv gärna vad som fungerar "
            "och vad som inte gör det."
        ),
    ),
    Question(
        key="actors",
        kind="list",
        label="Vilka av stadens aktörer verkar inom området?",
        hint="Till exempel en förvaltning, ett bibliotek eller en skola. Skriv en per rad.",
        area_hints={
            "young-health": (
                "Till exempel skolor, fritidsgårdar, elevhälsan och socialtjänsten. "
                "Skriv en per rad."
            ),
            "equal-leisure": (
                "Till exempel bibliotek, kulturskolan, idrottshallar och fritidsgårdar. "
                "Skriv en per rad."
            ),
            "participation": (
                "Till exempel bibliotek, mötesplatser, skolor och de som arbetar med trygghet "
                "i ert område. Skriv en per rad."
            ),
        },
    ),
)

WHOLE_QUESTIONS = (
    Question(
        key="summary",
        kind="prose",
        label="Sammanfattning",
        hint="Det viktigaste i två, tre meningar.",
    ),
    Question(
        key="missing",
        kind="prose",
        label="Saknas något i planen?",
        hint="Till exempel ett område eller en fråga som borde vara med.",
    ),
    Question(
        key="other",
        kind="prose",
        label="Övriga synpunkter på planen",
        hint="",
    ),
)

PLAN = Plan(
    title="Handlingsplan för samverkan mellan idéburen sektor och Malmö stad",
    lead="Malmöandan är överenskommelsen mellan Malmö stad och idéburen sektor.",
    vision="En öppen, demokratisk och jämlik stad.",
    aims=(
        "Fördjupad samverkan mellan det offentliga och idéburen sektor",
        "Stärka demokratin och öka inflytandet",
        "Möta engagemanget",
    ),
    forum=(
        "Handlingsplanen blir ett forum för dialog kring samverkan och utveckling samt ett "
        "tillfälle att inkludera fler."
    ),
    background=(
        "Bakgrunden är den överenskommelse som slutits mellan Malmö stad och idéburen sektor: "
        "Malmöandan.\n\n"
        "Handlingsplanen har fyra prioriterade områden. Det är kring dem som Malmö stad och "
        "idéburen sektor ska undersöka hur samverkan kan ske, vilken samverkan som redan finns "
        "och vilka av stadens aktörer som verkar inom respektive område.\n\n"
        "KC Malmö är unikt i sammanhanget och ska kunna fungera som en pelare i arbetet med "
        "lärande och innovation."
    ),
    asked=(
        "Alla förvaltningar och många föreningar har fått planen på remiss. Även de föreningar "
        "som inte har fått handlingsplanen skickad till sig är välkomna att ge synpunkter via "
        "malmoandan.se."
    ),
    coordinators=(
        "För att arbetet med handlingsplanen ska leda vidare behövs två samordnare: en från "
        "kommunen och en från idéburen sektor.\n\n"
        "Samverkan ska ske på strategisk nivå, och samordnarna ska vara knutna till "
        "kommunstyrelsen. Samordnaren från idéburen sektor ska vara knuten till en "
        "metaorganisation, med ambitionen att täcka upp hela idéburen sektor."
    ),
    areas=AREAS,
    area_questions=AREA_QUESTIONS,
    whole_questions=WHOLE_QUESTIONS,
    last_day=(11, 30),
)
